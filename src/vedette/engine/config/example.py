"""A configuration to start from. A test loads it, so that it never grows stale."""

EXAMPLE = """\
# Vedette's configuration. Drop-ins in conf.d/*.yml beside this file are laid on it:
# maps are merged, lists appended, other values replaced. VEDETTE_STORE__PATH=/x in the
# environment sets store.path. `vedette config check` says what is wrong, and where.

# Folder of the store, the state and what is installed.
data_dir: /var/lib/vedette

# Where events come from.
sources:
  # Files and folders that grow; rotation and truncation are followed.
  - kind: file
    name: auth
    paths:
      - /var/log/auth.log
      - /var/log/audit/audit.log
    from: end            # at the very first start; afterwards reading resumes exactly
    silence: 1h          # raise an alarm when nothing has come for this long

  - kind: file
    name: web
    paths: [/var/log/nginx/*access*.log]
    logsource: {category: webserver}

  # Syslog from other machines. UDP and TCP have no acknowledgement: prefer tls or http.
  - kind: syslog
    name: network
    listen: 127.0.0.1:5514
    protocol: tcp        # udp, tcp or tls; tls needs the key `tls`
    # tls: {certificate: tls/server.pem, key: tls/server.key, client_ca: tls/clients.pem}

  # NDJSON by POST to /v1/events; an answer of 200 means that the events are stored.
  - kind: http
    name: collectors
    listen: 127.0.0.1:8514
    tokens: ["env:COLLECTOR_TOKEN"]   # secrets by reference only: env:NAME or file:/path

  # Mail as Postfix takes it in (smtpd_milters = inet:127.0.0.1:8891, and
  # milter_default_action = accept), and a mailbox to which people report messages.
  # - kind: milter
  #   name: mail
  #   listen: 127.0.0.1:8891
  #   mode: shadow       # then header, quarantine or reject
  # - kind: imap
  #   name: reports
  #   host: imap.firm.example
  #   user: report
  #   password: file:/etc/vedette/report.password
  #   move_handled_to: Handled
  #   answer: {sender: report@firm.example, domains: [firm.example], contact: "Ann, 555"}

  # Websites: a reverse proxy that judges requests by the OWASP Core Rule Set. It begins in the
  # shadow: nothing is blocked, `vedette shield shadow` shows what would be.
  # - kind: shield
  #   name: web
  #   listen: 0.0.0.0:8080
  #   rules: /opt/coreruleset          # git clone https://github.com/coreruleset/coreruleset
  #   fail: open                       # what could not be judged passes, with an alarm
  #   sites:
  #     - name: shop
  #       upstream: http://127.0.0.1:8000
  #       mode: shadow                 # then enforce
  #       paths:
  #         - {path: /admin, mode: enforce, paranoia: 2}

# How messages are examined for recruiter lures.
lures:
  employers: []          # folders with employers.yml: your own firm, your partners
  trust: []              # your mail servers' names in Authentication-Results
  dns: true

# What is done about incidents. Nothing by itself as long as every mode is shadow.
response:
  assets: null           # a list of what the firm has: assets.yml or assets.csv
  domains: []            # the firm's own
  otherwise: {mode: shadow, budget: 0, lasts: 60m}
  modes:
    refuse-client: {mode: ask}
    isolate-host: {mode: ask, people: 2}
  window: 7d             # stored events that are asked what an action would have touched
  network: {enabled: false, protected: []}
  processes: {enabled: false}

# Which rules judge them.
rules:
  bundled: true
  installed: true        # those of `vedette rules install`
  paths: []
  mappings: []
  expand:
    Admins_Workstations: [ADMIN-PC-1, ADMIN-PC-2]
  exclude_ids: []
  min_level: low

# How events are put together over time.
correlation:
  lateness: 5m
  idle: 1m
  max_groups: 100000
  max_events_per_group: 10000

# How much is kept.
store:
  retention: {age: 30d, bytes: 50GB}
  segment: {rows: 262144, bytes: 128MB, age: 60s}

# What waits between sources and detection, in memory and then on disk.
queue:
  memory_bytes: 256MB
  spill_bytes: 4GB

# Where findings go.
sinks:
  - kind: file
    name: findings
    path: /var/lib/vedette/findings.ndjson
    format: json         # or ocsf

  # - kind: webhook
  #   name: desk
  #   url: https://desk.example/hooks/vedette
  #   secret: file:/etc/vedette/webhook.key
  #   headers: {X-Team: blue}
  #   timeout: 10s
  #   ca: tls/ca.pem    # the authority of its certificate; else the system's

  # - kind: syslog
  #   name: siem
  #   host: siem.example
  #   port: 6514
  #   protocol: tls

# The console in a browser and the API (`vedette serve`).
console:
  listen: 127.0.0.1:8360   # beyond this machine only with tls or trusted_proxies
  title: Vedette
  time_zone: UTC           # the site's: Europe/Oslo
  # public_url: https://vedette.firm.example
  # tls: {certificate: tls/console.pem, key: tls/console.key}
  # trusted_proxies: [10.0.0.5]
  access:
    idle: 8h
    longest: 7d
    # oidc:                # sign in with the firm's own accounts
    #   issuer: https://login.firm.example
    #   client_id: vedette
    #   client_secret: file:/etc/vedette/oidc.secret
    #   roles_claim: groups
    #   roles: {security: responder, security-leads: admin}

metrics:
  listen: 127.0.0.1:9514

log:
  level: info
  format: json
"""


def example_config() -> str:
    """Commented YAML that `load_config` takes as it stands."""
    return EXAMPLE
