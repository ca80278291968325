"""openapi.py -- asks a server everything that its OpenAPI describes, and checks every answer.

    python3 openapi.py URL OPENAPI.JSON PASSWORD      of the account admin

Each answer must have a status that its operation names and a body that fits that status's schema;
every figure of a view opens as many rows as it says. Ends with "N passed, N failed".
"""

import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL, FILE, PASSWORD = sys.argv[1:4]
ROWS_MAX = 1000  # of a page
OPENED_MAX = 5  # rows of each view whose counts are opened
TYPES = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool,
    "null": type(None),
}
FORMATS = {
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    "date": r"\d{4}-\d\d-\d\d",
}

with open(FILE, encoding="utf-8") as opened:
    api = json.load(opened)
passed = failed = 0


def check(is_right, *what):
    global passed, failed
    passed += bool(is_right)
    failed += not is_right
    if not is_right:
        print("openapi:", *what)
    return is_right


def resolve(node):
    while "$ref" in node:
        target = api
        for step in node["$ref"].split("/")[1:]:
            target = target[step]
        node = target
    return node


def is_type(value, name):
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def misfits(value, schema, where="body"):
    """What is wrong with the value, a line each."""
    schema = resolve(schema)
    types = schema.get("type")
    if types is not None and not any(is_type(value, t) for t in
                                     (types if isinstance(types, list) else [types])):
        return [f"{where}: {json.dumps(value)[:60]} is no {types}"]
    wrong = []
    if "enum" in schema and value not in schema["enum"]:
        wrong.append(f"{where}: {value} is none of the choices")
    if "const" in schema and value != schema["const"]:
        wrong.append(f"{where}: {value} is not {schema['const']}")
    if isinstance(value, str):
        wrong += text_misfits(value, schema, where)
    if isinstance(value, list):
        for i, item in enumerate(value):
            wrong += misfits(item, schema.get("items", {}), f"{where}[{i}]")
    if isinstance(value, dict):
        wrong += object_misfits(value, schema, where)
    for one in schema.get("allOf", []):
        wrong += misfits(value, one, where)
    if "anyOf" in schema and all(misfits(value, one) for one in schema["anyOf"]):
        wrong.append(f"{where}: {json.dumps(value)[:60]} fits none of anyOf")
    return wrong


def text_misfits(value, schema, where):
    wrong = []
    if "pattern" in schema and not re.search(schema["pattern"], value):
        wrong.append(f"{where}: {value} does not fit {schema['pattern']}")
    if "format" in schema and not re.fullmatch(FORMATS[schema["format"]], value):
        wrong.append(f"{where}: {value} is no {schema['format']}")
    return wrong


def object_misfits(value, schema, where):
    properties = schema.get("properties", {})
    wrong = [f"{where}: no {name}" for name in schema.get("required", []) if name not in value]
    for name, member in value.items():
        if name in properties:
            wrong += misfits(member, properties[name], f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            wrong.append(f"{where}: {name} is not described")
    return wrong


def send(method, path, body=None, headers=None, query=None):
    """Status, headers and body, whatever the status; of a stream of events only its head."""
    url = URL + path + ("?" + urllib.parse.urlencode(query) if query else "")
    content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, content, headers or {}, method=method.upper())
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        is_stream = "event-stream" in answer.headers.get("Content-Type", "")
        return answer.status, answer.headers, b"" if is_stream else answer.read()


def ask(method, path, **how):
    """Asks, and checks the answer against what is described. Its status, and its JSON or None."""
    operation = api["paths"][path][method]
    status, headers, content = send(method, how.pop("address", path), **how)
    name = f"{method} {path}: {status}"
    described = operation["responses"].get(str(status))
    if not check(described is not None, name, "is not described:", content[:200]):
        return status, None
    contents = resolve(described).get("content", {})
    kind = headers.get("Content-Type", "").split(";")[0]
    check(kind in contents or not content, name, kind, "is not described")
    if kind != "application/json":
        return status, None
    value = json.loads(content)
    wrong = misfits(value, contents.get(kind, {}).get("schema", {}))
    check(not wrong, name, *wrong[:3])
    return status, value


def operations():
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":  # of the path
                yield path, method, operation


def strangers():
    """Nobody in particular: everything is there, and says so in a way that is described."""
    for path, method, operation in operations():
        status, value = ask(method, path)
        check(status != 405, path, "takes no", method)
        check((value or {}).get("error") not in ("address_unknown", "view_unknown",
              "command_unknown"), path, "is not there")
        if operation.get("security") != []:
            check(status in (401, 403), method, path, "is open to strangers:", status)


def views(session):
    """All views that need no parameters, and those that their figures open."""
    seen, waiting = set(), []
    for path, method, operation in operations():
        if path.startswith("/api/views/") and not any(
                resolve(p).get("required") for p in operation["parameters"]):
            waiting.append((path.split("/")[-1], {}, None))
    while waiting:
        name, query, wanted = waiting.pop()
        _, page = ask("get", f"/api/views/{name}", headers=session,
                      query={**query, "limit": ROWS_MAX})
        if page is None:
            continue
        seen.add(name)
        if wanted is not None and wanted < ROWS_MAX:
            check(len(page["rows"]) == wanted, name, query, "has", len(page["rows"]),
                  "rows, counted as", wanted)
        columns = api["components"]["schemas"][f"row.{name}"]["properties"]
        for row in page["rows"][:OPENED_MAX] if wanted is None else page["rows"][:1]:
            for column, schema in columns.items():
                if "x-counts" in schema:
                    waiting.append(opened_by(schema["x-counts"], row, query, row[column]))
    return seen


def opened_by(counts, row, query, wanted):
    """The view that a figure opens, with what is in force where it stands."""
    names = {resolve(p)["name"] for p in
             api["paths"][f"/api/views/{counts['view']}"]["get"]["parameters"]}
    inner = {k: v for k, v in query.items() if k in names}
    inner.update(counts["fixed"])
    inner.update({param: row[column] for param, column in counts["with"].items()
                  if row[column] is not None})
    return counts["view"], inner, wanted


def sheets(session):
    for kind in ("csv", "xlsx"):
        ask("get", "/api/views/area_self", headers=session, query={"format": kind})
    ask("get", "/api/views/area_self", headers=session, query={"format": "pdf", "limit": "0"})
    ask("get", "/api/views/area_self", headers=session, query={"reveal": "核对"})


def batches(session, area):
    status, stream = ask("post", "/api/streams", body={"store": "test"}, headers=session)
    if not check(status == 200, "no stream"):
        return
    token = {"Authorization": "Stream " + stream["token"], "Content-Type": "application/json"}
    now = int(time.time() * 1000)
    lost = {"n": 1, "name": "stream_lost", "at": now, "fields": {"lost": 1, "why": "试"}}
    body = {"stream": stream["stream"], "sent": now, "made": 3, "commands": [
        lost, {"n": 2, "name": "no_such_command", "at": now, "fields": {}},
        {"n": 9, "name": "stream_close", "at": now, "fields": {"made": 9}}]}
    _, answer = ask("post", "/api/commands", body=body, headers=token)
    words = [o["outcome"] for o in (answer or {"outcomes": []})["outcomes"]]
    check(words == ["done", "aside", "early"], words)
    body["commands"] = [{**lost, "fields": {"lost": 2}}]
    status, _ = ask("post", "/api/commands", body=body, headers=token)
    check(status == 409, "no fork:", status)
    body["commands"] = [{"n": 0}]
    status, _ = ask("post", "/api/commands", body=body, headers=token)
    check(status == 400, "taken:", status)
    check(area == stream["area"], "another area")


def commands(session):
    """One command each, empty: what is missing is listed, or it is answered as described."""
    status, stream = ask("post", "/api/streams", body={"kind": "token"}, headers=session)
    if not check(status == 200, "no token"):
        return
    token = {"Authorization": "Stream " + stream["token"], "Content-Type": "application/json"}
    for path, _, operation in list(operations()):
        if not path.startswith("/api/commands/"):
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        required = resolve(schema)["required"]
        status, value = ask("post", path, body={}, headers=token)
        if required:
            told = {p["field"] for p in value.get("problems", [])}
            check(status == 400 and told == set(required), path, status, told)
    status, value = ask("post", "/api/commands/stream_revoke", body={"stream": "16000000"},
                        headers=token)
    check(status == 404 and value["fault"] == "stream_unknown", status, value)
    status, _ = ask("post", "/api/commands/area_rename", body={"name": "测试社区"}, headers=token)
    check(status == 200, "area_rename", status)


def imports(session):
    """A sheet is brought, planned, done, and forgotten."""
    sheet = "姓名,楼栋,房号,奇怪的列\n王甲子,3栋,101,x\n李乙丑,3栋,102,y\n".encode()
    status, _, content = send("post", "/api/jobs", sheet, session, {"sheet": "residents"})
    if not check(status == 200, "no upload:", status, content):
        return
    path = "/api/jobs/" + json.loads(content)["job"]
    for method, suffix, state in [("get", "", "planned"), ("post", "/columns", "waiting"),
                                  ("get", "", "planned"), ("post", "/run", "waiting"),
                                  ("get", "", "done"), ("get", "/sheet", None),
                                  ("delete", "", "done")]:
        described = "/api/jobs/{job}" + suffix
        for _ in range(200):  # until it is through
            how = {"body": {}} if method == "post" else {}
            status, value = ask(method, described, headers=session, address=path + suffix, **how)
            if state is None or value["state"] == state:
                break
            time.sleep(0.05)
        check(state is None or value["state"] == state, described, value)
    _, value = ask("get", "/api/jobs", headers=session)
    check([j["new"] for j in value["jobs"]] == [2], value)


def main():
    status, served = ask("get", "/openapi.json")
    check(status == 200 and served == api, "the server describes something else")
    strangers()
    content = {"Content-Type": "application/json", "X-Redvest": "1"}
    ask("post", "/api/session", body={"user": "admin", "password": "wrong"}, headers=content)
    status, headers, _ = send("post", "/api/session", {"user": "admin", "password": PASSWORD},
                              content)
    check(status == 200, "cannot sign in:", status)
    session = {**content, "Cookie": headers.get("Set-Cookie", "").split(";")[0]}
    _, me = ask("get", "/api/session", headers=session)
    ask("get", "/api/events", headers=session)
    ask("get", "/healthz")
    ask("get", "/metrics")
    seen = views(session)
    check(len(seen) > 5, "only", seen)
    sheets(session)
    batches(session, me["area"])
    commands(session)
    imports(session)
    ask("post", "/api/password", body={"password": "correct horse battery"}, headers=session)
    status, found = ask("post", "/api/verify", headers=session)
    check(status == 200 and found["is_right"] and found["rows"] > 0, "verify says", found)
    ask("delete", "/api/session", headers=session)
    status, _ = ask("get", "/api/session", headers=session)
    check(status == 401, "still signed in")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
