#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A web proxy for fetch.sh: proxy.py DIRECTORY LOG

Knows one host, debian.invalid, which no resolver does, and serves it from DIRECTORY.
Prints its port. LOG gets a line for each request: program, address.
"""
import http.server
import sys

HOST = "http://debian.invalid/"


class Proxy(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        program = self.headers.get("User-Agent", "?").split()[0]
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            log.write(f"{program} {self.path}\n")
        if not self.path.startswith(HOST):
            self.send_error(502)
            return
        self.path = self.path[len(HOST) - 1:]
        super().do_GET()

    def translate_path(self, path):
        return sys.argv[1] + super().translate_path(path)[len(self.directory):]

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(server.server_port, flush=True)
server.serve_forever()
