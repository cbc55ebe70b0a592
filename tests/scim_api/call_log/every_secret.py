"""Requests that hold a secret in every place where a client can put one."""

import orjson

from tests.scim_api.bodies import CORE, PATCH_OP, SEARCH, create, person

SECRETS = ("Hush-1-password", "Hush-2-nested", "Hush-3-operation", "Hush-4-value", "Hush-5-filter", "Hush-6-search",
           "Hush-7-broken", "Hush-8-list", "Hush-9-query", "Hush-10-upper", "Hush-11-text", "Hush-12-bulk",
           'Hush-"13"-quoted', "Hush-14-ünïcode", "Hush-15-form", "Hush-16-escaped", "Hush-17-echoed")  # fmt: skip


def send_every_secret(scim, account):
    """Secrets in every place a client can put one; returns them all, tokens too."""
    s = SECRETS
    made = create(scim, person("Ana", "Ruiz", password=s[0]))
    where = f"/Users/{made['id']}"
    scim.put(where, person("Ana", "Ruiz", userName=made["userName"], PASSWORD=s[9], deep={"a": [{"passWord": [s[1]]}]}))
    scim.patch(where, {"op": "replace", "path": "password", "value": s[2]})
    scim.patch(where, {"OP": "replace", "Path": f"{CORE}:Password", "Value": s[2]})
    scim.patch(where, {"op": "add", "value": {f"{CORE}:password": s[3], "password": {"value": s[3]}}})
    scim.patch(where, {"op": "add", "path": f'password[value eq "{s[3]}"]', "value": s[3]})
    scim.patch(where, {"op": "replace", "value": orjson.dumps({"password": s[10]}).decode()})
    scim.patch(where, {"op": "replace", "path": s[16], "value": {"password": s[16]}})
    scim.get("/Users", filter=f'password eq "{s[4]}"')
    scim.get("/Users", filter=f'userName eq "a" and PASSWORD sw "{s[4]}')
    scim.get("/Users?filter=p%2561ssword%2520eq%2520%2522" + s[4] + "%2522")
    scim.get("/Users", password=s[8], access_token=scim.token, api_key=s[8], token=f"Bearer {s[8]}")
    scim.post("/Users/.search", {"schemas": [SEARCH], "filter": f'password eq "{s[5]}"'})
    scim.post("/Users", f'{{"userName": "a", "password": "{s[6]}"')
    scim.post("/Users", f'{{"userName": "a", "pass\\u0077ord": "{s[15]}"')
    scim.post("/Users", f"userName=a&password={s[14]}", headers={"Content-Type": "application/json"})
    scim.post("/Users", [{"password": s[7]}])
    scim.post("/Users", person("Ana", password=s[12], nickName=s[12]))
    scim.post("/Users", person("Ana", password=s[13], title=f"It is {s[13]}", externalId=7))
    data = person("Ana", password=s[11])
    bulk = [{"method": "POST", "path": "/Users", "bulkId": "a", "data": data},
            {"method": "PATCH", "path": where, "data": {"schemas": [PATCH_OP], "Operations": [
                {"op": "replace", "path": "password", "value": s[11]}]}}]  # fmt: skip
    scim.post("/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": bulk})
    foreign = "Foreign-secret-of-another-product"
    scim.with_token(foreign).get(f"/Users/{foreign}")
    scim.with_token(None).get("/Users", headers={"Authorization": f"Bearer {scim.token[:-2]}"})
    scim.get(f"/Users/{scim.token}", headers={"User-Agent": f"Client {scim.token}"})
    scim.post("/Users", person("Ana", nickName=f"Bearer {foreign}", title=scim.token))
    return [*s, foreign, scim.token, scim.token[:-2]]
