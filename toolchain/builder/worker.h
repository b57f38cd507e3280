// Bazel's persistent workers: one process takes many requests, several at a time.
//
// A request is a protocol buffer behind its length as a varint; so is the answer. Of a request these fields count: 1, the
// arguments (repeated; parameter files come with their lines already read), 3, its id, 4, set if it asks that an earlier one be given
// up, which Bazel does not expect to be answered unless a rule says that it can be, and 6, the folder that the request's paths are
// below, if it has its inputs in one of its own. Such a request is handed to a process in that folder. An answer has 1, the exit status,
// 2, messages, and 3, the id.
// Source: Bazel, "Creating Persistent Workers"; worker_protocol.proto.
#ifndef GANNET_TOOLCHAIN_BUILDER_WORKER_H
#define GANNET_TOOLCHAIN_BUILDER_WORKER_H

#include "toolchain/builder/commands.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::builder {

struct WorkRequest {
  std::vector<std::string> arguments;
  std::int64_t id = 0; // 0: no other request is sent before the answer
  bool cancel = false;
  std::string sandbox; // empty: the folder of the process
};

// None if the bytes are no such message.
std::optional<WorkRequest> parseRequest(std::string_view message);
// The answer with its length in front.
std::string encodeResponse(const CommandResult &result, std::int64_t id);

// What does the work of a request with its arguments; several may run at a time.
using Work = CommandResult (*)(const std::vector<std::string> &arguments);

// Answers the requests that come from file `in` on file `out` until there are no more. Returns the exit status of the process.
int runWorker(Work work, int in, int out);

} // namespace gannet::builder

#endif
