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
  # What the firm has, whose it is and how critical. What it calls protected, and a plant, is never
  # acted on without a person.
  assets: null           # /etc/vedette/assets.yml or .csv
  domains: []            # the firm's own, besides those of its assets

  # Mode shadow writes down what would have been done, ask waits for a person, act does it at once
  # where it would have touched no more benign people, hosts and clients than the budget. A kind
  # that may ask or act needs what carries it out, below.
  otherwise: {mode: shadow, budget: 0, lasts: 60m}
  modes:
    hold-message: {mode: shadow}       # mail: sources of kind milter, imap or folder
    retract-message: {mode: shadow, people: 2}
    refuse-sender: {mode: shadow}
    refuse-domain: {mode: shadow}
    refuse-url: {mode: shadow}
    refuse-hash: {mode: shadow}
    refuse-client: {mode: shadow}      # websites: sources of kind shield
    refuse-parameter: {mode: shadow}
    refuse-address: {mode: shadow}     # network
    freeze-process: {mode: shadow}     # processes
    end-process: {mode: shadow, people: 2}
    isolate-host: {mode: shadow, people: 2}      # webhooks
    disable-account: {mode: shadow, people: 2}
    end-sessions: {mode: shadow}
    # tell: {mode: act}                # people; this is so once a channel is named
  window: 7d             # stored events that are asked what an action would have touched
  history: 1d            # with less than this stored nothing is done without a person

  bundled_playbooks: true
  playbooks: []          # CACAO 2.0 files or folders of your own, such as /etc/vedette/playbooks

  # Addresses refused by nftables on this machine (needs root).
  network:
    enabled: false
    protected: []        # never refused, such as 192.0.2.0/24

  # Process trees frozen or ended on this machine (needs root).
  processes:
    enabled: false
    programs: []         # never touched, such as /usr/lib/postgresql/*
    units: []            # never touched, such as postgresql.service

  # Mail held, refused, taken back out of mailboxes.
  mail:
    answer: quarantine   # what refused mail is answered by: or reject
    spared: []           # recipients whose mail is never refused
    postfix: false       # hold and release in Postfix's queue on this machine (needs root)
    # postfix_config: /etc/postfix
    # maildirs: [/var/vmail/ann]
    # mailboxes:
    #   - host: imap.firm.example
    #     port: 993
    #     security: tls
    #     ca: tls/ca.pem
    #     users: [ann, ben]
    #     master: vedette
    #     separator: "*"
    #     password: file:/etc/vedette/master.password
    #     quarantine: Quarantine

  # Receivers of signed OpenC2 commands: bridges to your EDR, directory, proxy.
  # webhooks:
  #   - name: edr
  #     url: https://edr.firm.example/openc2
  #     secret: file:/etc/vedette/edr.key
  #     kinds: [isolate-host]
  #     ca: tls/ca.pem
  #     headers: {X-Tenant: firm}
  #     timeout: 10s
  #     allow_private: true
  #     signed_answers: true

  # Channels to people, by apprise; each carries no more than its level of the Traffic Light
  # Protocol. The URL holds secrets, so it lies in a file.
  people:
    tlp: AMBER           # the level of what names the firm's own things
    console: null        # where the rest can be read, as it stands in messages
    # channels:
    #   - name: desk
    #     url: file:/etc/vedette/desk.url   # mailtos://..., slack://..., jsons://...
    #     tlp: AMBER
    #     roles: [security team]            # none: every role
    #     alarms: true
    #     per_hour: 20

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
