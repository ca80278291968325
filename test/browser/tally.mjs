// tally.mjs -- checks of a test in the browser: each is counted; the last line is "N passed, N failed".
let passed = 0
let failed = 0

export function check(is_right, what) {
	if (is_right) {
		passed++
	} else {
		failed++
		console.log(`FAILED: ${what}`)
	}
}
export function equal(got, wanted, what) {
	check(JSON.stringify(got) === JSON.stringify(wanted), `${what}: ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`)
}

/** Runs the steps; whatever throws is a failure, and what was begun is ended all the same. */
export async function run_test(test) {
	const ends = []
	try {
		await test(end => ends.push(end))
	} catch (e) {
		failed++
		console.log(`FAILED: ${e.stack ?? e}`)
	}
	for (const end of ends.reverse())
		await end().catch(e => console.log(`ending: ${e}`))
	console.log(`${passed} passed, ${failed} failed`)
	process.exitCode = failed === 0 ? 0 : 1
}
