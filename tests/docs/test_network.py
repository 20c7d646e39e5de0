"""The sheet for the firewall: SSH servers on the way, and where the keys of identity providers come from."""

from __future__ import annotations

from pathlib import Path

from engine.docs.load import load_subjects
from engine.docs.markdown import markdown
from engine.docs.page import page

GUARDED = """
engine: 1
name: guarded
settings:
  outer_key: {type: text}
  ssh_key: {type: secret}
  use_tunnel: {type: boolean, default: true}
connections:
  erp:
    type: rest
    url: https://erp.example.com
    tunnel:
      type: ssh
      enabled: =settings.use_tunnel
      host: inner.example.com
      host_key: SHA256:5Xbnzt4Cw4pPQfFCzRhOvfDe3JgbDsbGBDtGZQgO3IU
      auth: &auth {type: ssh_key, username: engine, key: =settings.ssh_key}
      tunnel: {type: ssh, host: outer.example.com, port: 2222, host_key: =settings.outer_key, auth: *auth}
    endpoints: {get: {method: GET, path: /}}
messages:
  ask: {steps: [{call: erp.get}]}
security:
  allow: [10.0.0.0/8]
  clients:
    shop:
      type: oauth2
      issuer: https://login.example.com/
      audience: engine
      jwks: https://login.example.com:8443/keys
      may: {messages: [ask]}
    old: {type: wsse, username: old, password: =settings.ssh_key, may: {messages: [ask]}}
notify: [{type: email, to: [ops@example.com]}]
"""


def test_the_way_through_tunnels_and_to_the_keys_of_clients_is_told(tmp_path: Path) -> None:
    (tmp_path / "guarded.yaml").write_text(GUARDED)
    text = markdown(page(load_subjects(tmp_path)["guarded"]))
    sheet = text[text.index("## Network sheet") :]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in sheet.replace("\\", "").splitlines()
        if line.startswith(("| `erp`", "| `shop`", "| `old`", "| (mail)"))
    ]
    outer = "the setting `outer_key`, `GUARDED_OUTER_KEY`"
    way = "the way to erp: what follows goes through it"
    machine = "the machine's"
    full = "TLS 1.2 or newer; certificate and host name verified"
    assert rows == [
        ["`erp` (tunnel)", "`outer.example.com`", "`2222`", "SSH", f"host key: {outer}", "ssh_key", way],
        [
            "`erp` (tunnel)",
            "`inner.example.com`",
            "`22`",
            "SSH",
            "host key: `SHA256:5Xbnzt4Cw4pPQfFCzRhOvfDe3JgbDsbGBDtGZQgO3IU`",
            "ssh_key",
            f"{way}, if the tunnel is switched on: `yes` (default of the setting `use_tunnel`, `GUARDED_USE_TUNNEL`)",
        ],
        ["`erp`", "`erp.example.com`", "443", full, machine, "none", "guarded"],
        ["`shop` (client)", "`login.example.com`", "8443", full, machine, "none", "public keys that sign its tokens"],
        [
            "(mail)",
            "the server in `ENGINE_MAIL`",
            "587, or 465 for smtps://, unless the address says otherwise",
            "TLS 1.2 or newer (smtp:// by STARTTLS); certificate and host name verified; none with smtp+plain://",
            machine,
            "user and password",
            "people are told what needs them",
        ],
        ["`shop`", "the networks above", "a token that its identity provider signed (OAuth 2, JWT)", "`ask`"],
        ["`old`", "the networks above", "user and a digest of the password (WSSE)", "`ask`"],
    ]


CARRIED = """
engine: 1
name: carried
settings:
  password: {type: secret}
  orders: {type: url, required: false}
  folder: {type: text, default: /srv/erp}
connections:
  erp:
    type: soap
    url: https://erp.example.com
    namespace: urn:example
    parameters: {user: text, password: text, data: text}
    body: {user: engine, password: =settings.password}
    endpoints:
      ask: {operation: Ask}
      order: {operation: Order, url: =settings.orders, description: Orders}
  disk:
    type: files
    description: The exports of the ERP
    folder: =settings.folder
    endpoints:
      products: {type: read, match: "*.jsonl", format: json_lines}
      order: {type: write, path: "out/{no}.json", format: json}
messages:
  ask: {steps: [{call: erp.ask}, {call: erp.order}, {call: disk.order, path: {no: =input.no}, body: =input}]}
"""


def test_addresses_of_endpoints_passwords_inside_calls_and_folders_are_told(tmp_path: Path) -> None:
    (tmp_path / "carried.yaml").write_text(CARRIED)
    text = markdown(page(load_subjects(tmp_path)["carried"])).replace("\\", "")

    full = "TLS 1.2 or newer; certificate and host name verified | the machine's | in every call: `password`"
    for line in [
        f"| `erp` | `erp.example.com` | 443 | {full} | carried |",
        f"| `erp.order` | the setting `orders`, `CARRIED_ORDERS` | 443 unless the address says otherwise | {full} | Orders |",
        "| `disk` | `/srv/erp` (default of the setting `folder`, `CARRIED_FOLDER`) | `*.jsonl`, `out/{no}.json` "
        "| read, move files away, make archive/ and error/, write | The exports of the ERP |",
    ]:
        assert line in text
