// rules.mjs -- asks the rules as WebAssembly what the native ones were asked, and compares.
//
//   node test/rules.mjs build/rules.wasm build/rules [SEED [ROUNDS]]
//
// A rule passes when all its answers are the same. It ends with "N passed, N failed".
import { readFileSync } from "node:fs"
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"

const SHOWN_MAX = 5 // differences told of each rule

const [wasm, native, ...seed] = process.argv.slice(2)
const module = new WebAssembly.Module(readFileSync(wasm))
const rules = new WebAssembly.Instance(module).exports
const tried = new Map() // name -> { count, wrong }

const number = (text) => (text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text))
const bytes = (text) => Buffer.from(text.slice(0, -1), "hex") // "ff." -- never an empty word

// struct identity, as identity.h has it: there are no pointers in it, so both builds agree.
const CELL = rules.__heap_base.value + 256
const identity = ([cell, told, isNumber, today]) => {
  const [view, memory] = [new DataView(rules.memory.buffer), Buffer.from(rules.memory.buffer)]
  const [str, out] = [rules.__heap_base.value, rules.__heap_base.value + 64]
  memory.fill(0, str, CELL)
  bytes(cell).copy(memory, CELL)
  view.setUint32(str, CELL, true)
  view.setUint32(str + 4, bytes(cell).length, true)
  rules.identity_clean(str, number(told), number(isNumber), number(today), out)
  const [kind, verdict, sex, division] = [0, 4, 48, 52].map((at) => view.getInt32(out + at, true))
  const end = memory.indexOf(0, out + 8)
  const flags = [56, 57, 58].map((at) => memory[out + at]).join("")
  return [kind, verdict, memory.toString("hex", out + 8, end) + ".",
    `${view.getBigInt64(out + 40, true)}n`, sex, division, flags].join(" ")
}

const rule = (name, args) => {
  const result = rules[name]?.(...args.map(number))
  return typeof result === "bigint" ? `${result}n` : `${result}`
}

const compare = (line) => {
  const [asked, wanted] = line.split(" = ")
  const [what, ...words] = asked.split(" ")
  const name = what === "rule" ? words.shift() : what
  const got = what === "rule" ? rule(name, words) : identity(words)
  const t = tried.get(name) ?? { count: 0, wrong: 0 }
  tried.set(name, t)
  t.count++
  if (got === wanted) return
  if (t.wrong++ < SHOWN_MAX) console.log(`${line}, as WebAssembly ${got}`)
}

const child = spawn(native, seed, { stdio: ["ignore", "pipe", "inherit"] })
const ended = new Promise((resolve) => child.on("close", resolve))
for await (const line of createInterface({ input: child.stdout }))
  if (line.startsWith("seed ")) console.log(line)
  else compare(line)

let failed = 0
const check = (isRight, what) => {
  if (!isRight) console.log(what)
  failed += isRight ? 0 : 1
}
check((await ended) === 0, `${native} failed`)
check(WebAssembly.Module.imports(module).length === 0, "the rules ask for something from outside")
check(tried.size > 1, "no rules")
for (const [name, t] of tried) check(t.wrong === 0, `${name}: ${t.wrong} of ${t.count} differ`)
console.log(`${tried.size + 3 - failed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
