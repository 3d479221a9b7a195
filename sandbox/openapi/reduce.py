#!/usr/bin/env python3
"""Reduces Discord's OpenAPI document to what a bot on servers can meet, one operation or schema a line.

    reduce.py openapi.json > discord.json

Left out are operations no sandbox has, descriptions, and bodies in forms nobody sends.
"""

import json
import re
import sys

# Operations that are kept: what bots of any library do in a server or a conversation.
KEPT = re.compile(
    r"""/applications/(@me|\{application_id\}(/(commands|guilds|emojis|entitlements).*)?)$
      | /channels/\{channel_id\}(?!/(polls|recipients|send-soundboard|voice-status|followers)).*$
      | /gateway.*$
      | /guilds/\{guild_id\}(/(channels|members|roles|emojis|stickers|threads|webhooks|invites).*)?$
      | /guilds/\{guild_id\}/(preview|regions|bans).*$
      | /interactions/.*$
      | /invites/\{code\}$
      | /oauth2/applications/@me$
      | /sticker-packs$
      | /users/(@me|\{user_id\})$
      | /users/@me/(channels|guilds).*$
      | /voice/regions$
      | /webhooks/(?!.*/(github|slack)$).*$
    """,
    re.VERBOSE,
)
# Components no operation leads to, but events of the gateway do.
EVENTS = ["GuildResponse", "UserPIIResponse", "ThreadMemberResponse", "EntitlementResponse", "TypingIndicatorResponse"]
METHODS = ("get", "post", "put", "patch", "delete")


def reduce_schema(value):
    """Without words for people: as an annotation a description is text, as a property it is a schema."""
    if isinstance(value, list):
        return [reduce_schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, item in value.items():
        if key in ("description", "title") and isinstance(item, str):
            continue
        if key == "properties":
            item = {name: reduce_schema(schema) for name, schema in item.items()}
        kept[key] = reduce_schema(item) if key != "properties" else item
    return kept


def json_schema(content):
    return {"schema": reduce_schema(content["application/json"]["schema"])} if "application/json" in content else None


def reduce_operation(operation, shared):
    kept = {"operationId": operation["operationId"]}
    query = [one for one in operation.get("parameters", []) + shared if one["in"] == "query"]
    if query:
        kept["parameters"] = [{key: reduce_schema(one[key]) for key in ("name", "in", "schema")} for one in query]
    body = json_schema(operation.get("requestBody", {}).get("content", {}))
    if body:
        kept["requestBody"] = {"content": {"application/json": body}}
    kept["responses"] = {}
    for status, response in operation["responses"].items():
        if "$ref" in response:
            kept["responses"][status] = response
        else:
            schema = json_schema(response.get("content", {}))
            kept["responses"][status] = {"content": {"application/json": schema}} if schema else {}
    return kept


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rsplit("/", 1)[1]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    schemas = document["components"]["schemas"]
    paths = {
        path: {
            method: reduce_operation(item[method], item.get("parameters", [])) for method in METHODS if method in item
        }
        for path, item in document["paths"].items()
        if KEPT.match(path)
    }
    responses = {
        name: {"content": {"application/json": json_schema(response["content"])}}
        for name, response in document["components"]["responses"].items()
    }
    kept = {}
    waiting = [*references(paths), *references(responses), *EVENTS]
    while waiting:
        name = waiting.pop()
        if name in schemas and name not in kept:
            kept[name] = reduce_schema(schemas[name])
            waiting.extend(references(kept[name]))
    head = {"openapi": document["openapi"], "info": document["info"]}
    lines = [json.dumps(head)[:-1] + ",", '"paths": {']
    operations = [
        f" {json.dumps(path)}: {{\n"
        + ",\n".join(f"  {json.dumps(method)}: {json.dumps(one)}" for method, one in item.items())
        + "\n }"
        for path, item in sorted(paths.items())
    ]
    lines += [",\n".join(operations), "},"]
    lines += ['"components": {"responses": ' + json.dumps(responses) + ",", '"schemas": {']
    lines += [",\n".join(f" {json.dumps(name)}: {json.dumps(kept[name])}" for name in sorted(kept)), "}}}"]
    print("\n".join(lines))


main()
