# docs.py -- see docs_test.sh.
import glob
import json
import os
import re
import subprocess
import sys

redvest = sys.argv[1]
passed = failed = 0


def check(is_right, where, what):
    global passed, failed
    if is_right:
        passed += 1
    else:
        failed += 1
        print(f"{where}: {what}")


def output_of(*arguments):
    return subprocess.run([redvest, *arguments], capture_output=True, text=True, check=True).stdout


api = json.loads(output_of("schema", "--openapi"))
schemas = api["components"]["schemas"]
subcommands = set(re.findall(r"^  redvest (\w+)", output_of("--help"), re.M))
helps = {s: output_of(s, "--help") for s in subcommands}


def resolved(schema):
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def words_of(schema):
    """The words of a choice; None: it is no choice."""
    schema = resolved(schema)
    for inner in [schema, *map(resolved, schema.get("anyOf", []) + schema.get("oneOf", []))]:
        if "enum" in inner:
            return set(inner["enum"])
    return None


def fields_of(command):
    schema = schemas.get("fields." + command)
    return None if schema is None else schema.get("properties", {})


def parameters_of(view):
    path = api["paths"].get("/api/views/" + view)
    if path is None:
        return None
    own = {p["name"]: p["schema"] for p in path["get"]["parameters"] if "name" in p}
    return {**own, "as_of": {}, "limit": {}, "after": {}}


def pairs_check(where, name, known, words):
    for word in words:
        if "=" not in word or word.startswith("-"):
            continue
        key, value = word.split("=", 1)
        check(key in known, where, f"{name} has no {key}")
        choice = words_of(known[key]) if key in known else None
        if choice is not None and re.fullmatch(r"[a-z_]+", value):
            check(value in choice, where, f"{name}: {key} is never {value}")


def line_check(where, line):
    """One command line of the documents; what it calls, for comparing languages."""
    line = re.sub(r'"[^"]*"', "x", line.split("  #")[0])
    words = line.split()
    sub = words[1] if len(words) > 1 else ""
    if not re.fullmatch(r"[a-z]+", sub):
        return None
    check(sub in subcommands, where, f"there is no redvest {sub}")
    for option in re.findall(r"--[a-z-]+", line):
        check(option in helps.get(sub, "") or option in ("--db", "--keys", "--lang", "--help",
              "--area"), where, f"redvest {sub} has no {option}")
    if sub in ("do", "view", "export") and len(words) > 2 and re.fullmatch(r"[a-z_]+", words[2]):
        name = words[2]
        known = fields_of(name) if sub == "do" else parameters_of(name)
        check(known is not None, where, f"redvest {sub}: there is no {name}")
        if known is not None:
            pairs_check(where, name, known, words[3:])
        return (sub, name, tuple(sorted(w.split("=")[0] for w in words[3:] if "=" in w)))
    return (sub,)


def commands_check(path, text):
    calls = []
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r"    (?:.*\s)?((?:build/)?redvest [a-z].*)", line)
        if found:
            calls.append(line_check(f"{path}:{number}", found.group(1)))
    for name in re.findall(r'"name": ?"([a-z]+_[a-z_]+)"', text):
        check(fields_of(name) is not None, path, f"there is no command {name}")
    for name in re.findall(r"/api/views/([a-z_]+)", text):
        check(parameters_of(name) is not None, path, f"there is no view {name}")
    if not re.match(r"docs/(en|zh)/", path):
        return calls
    flags = {f["name"] if isinstance(f, dict) else f for f in [*api["x-flags"], *api["x-faults"]]}
    for name in re.findall(r"^\|.*`((?:round|roster|place|stream)_[a-z_]+)`", text, re.M):
        check(name in flags or fields_of(name) is not None or parameters_of(name) is not None,
              path, f"{name} is no flag, fault, command or view")
    return calls


def links_check(path, text):
    for link in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in link:
            check(os.path.exists(os.path.join(os.path.dirname(path), link)), path,
                  f"{link} leads nowhere")


# ---- limits: "| `NAME` | value | …", the value as people write it ----

def value_text(expression):
    e = re.sub(r"INT64_C\(([^()]+)\)", r"(\1)", expression.strip())
    for unit, factor in (("MIB", "MiB"), ("KIB", "KiB")):
        if re.fullmatch(unit + r"\(\d+\)", e):
            n = int(e[4:-1])
            return f"{n // 1024} GiB" if unit == "MIB" and n % 1024 == 0 else f"{n} {factor}"
    if re.fullmatch(r"[0-9u()<* ]+", e):
        return f"{eval(e.replace('u', '')):,}"
    return e


def limits_read():
    values = {}
    for path in glob.glob("src/**/*.[ch]", recursive=True):
        for name, value in re.findall(r"^#define\s+(\w+)\s+(.+?)\s*(?:/\*.*)?$", open(path).read(),
                                      re.M):
            values.setdefault(name, set()).add(value_text(value))
    text = open("src/sheet/sheet.h").read()
    for name, value in re.findall(r"^\tX\((\w+), ((?:MIB|KIB)?\(?\d+\)?)\)", text, re.M):
        values["sheet_" + name + "_max"] = {value_text(value)}
    return values


def limits_check(path, text, values):
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", text, re.M)
    check(len(rows) > 0, path, "no limits")
    for name, value in rows:
        check(name in values, path, f"there is no limit {name}")
        check(value in values.get(name, ()), path, f"{name} is {values.get(name)}, not {value}")
    return rows


limits = limits_read()
pages = ["README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "STYLE.md",
         *sorted(glob.glob("docs/**/*.md", recursive=True))]
calls, tables = {}, {}
for page in pages:
    content = open(page).read()
    links_check(page, content)
    calls[page] = commands_check(page, content)
    if page.endswith("limits.md"):
        tables[page] = limits_check(page, content, limits)
for page in [p for p in pages if p.startswith("docs/en/")]:
    other = page.replace("docs/en/", "docs/zh/")
    check(other in calls, page, "is not there in Chinese")
    check(calls[page] == calls.get(other), page,
          f"calls other commands than {other}: {set(calls[page]) ^ set(calls.get(other, []))}")
    check(tables.get(page) == tables.get(other), page, f"has other limits than {other}")
check(calls["README.md"] == calls["README.zh-CN.md"], "README.md", "calls other commands")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
