"""A relay before a remote execution server that speaks versions 2.1 and later of the interface, for a Bazel that asks for 2.0.

Bytes are passed on as they are, but for the lowest version that the server says it speaks.
usage: reapi_relay.py LISTEN_ADDRESS SERVER_ADDRESS
"""

import sys
import threading
from concurrent import futures

import grpc

_UNLIMITED = [("grpc.max_receive_message_length", -1)]
_STREAMED_ANSWERS = ("Read", "Execute", "WaitExecution", "GetTree")


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at


def with_lowest_version_2_0(capabilities):
    """The message ServerCapabilities with another field 4, low_api_version; all its fields are messages."""
    out, at = b"", 0
    while at < len(capabilities):
        start = at
        key, at = varint(capabilities, at)
        size, at = varint(capabilities, at)
        at += size
        if key >> 3 != 4:
            out += capabilities[start:at]
    return out + b"\x22\x02\x08\x02"


class Relay(grpc.GenericRpcHandler):
    def __init__(self, server):
        self.server = grpc.insecure_channel(server, options=_UNLIMITED)

    def service(self, details):
        method = details.method
        name = method.rsplit("/", 1)[1]
        metadata = [(k, v) for k, v in details.invocation_metadata if not k.startswith(("user-agent", "grpc-", ":"))]

        def streamed(request, context):
            try:
                yield from self.server.unary_stream(method)(request, metadata=metadata)
            except grpc.RpcError as error:
                context.abort(error.code(), error.details())

        def single(call):
            def run(request, context):
                try:
                    answer = call(request, metadata=metadata)
                except grpc.RpcError as error:
                    context.abort(error.code(), error.details())
                return with_lowest_version_2_0(answer) if name == "GetCapabilities" else answer

            return run

        if name in _STREAMED_ANSWERS:
            return grpc.unary_stream_rpc_method_handler(streamed)
        if name == "Write":
            return grpc.stream_unary_rpc_method_handler(single(self.server.stream_unary(method)))
        return grpc.unary_unary_rpc_method_handler(single(self.server.unary_unary(method)))


def main():
    listen, target = sys.argv[1:3]
    server = grpc.server(futures.ThreadPoolExecutor(64), options=_UNLIMITED)
    server.add_generic_rpc_handlers((Relay(target),))
    if not server.add_insecure_port(listen):
        sys.exit("reapi_relay: cannot listen on " + listen)
    server.start()
    print("listening", flush=True)
    threading.Event().wait()


main()
