"""HAProxy's Stream Processing Offload Protocol, version 2.0, the agent's side.

Source: https://www.haproxy.org/download/2.6/doc/SPOE.txt
"""
