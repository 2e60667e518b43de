"""The web console and the HTTP API: what people and their tools see of a running Vedette.

`table` holds every route once; pages and the API are made from it. Reads go to the databases by
read-only connections; what people ask for goes to the `Desk`, so that it stands in the ledger.
"""
