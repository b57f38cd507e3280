#include "toolchain/builder/worker.h"

#include "compiler/base/file.h"
#include "toolchain/builder/child.h"

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace gannet::builder {

namespace {

// A request holds the names of the files of one package and of what it imports; one that claims more than this is none.
constexpr std::uint64_t kMaxRequestBytes = std::uint64_t{1} << 30;

// Takes a varint off the front.
std::optional<std::uint64_t> takeVarint(std::string_view &bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    unsigned char byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80)
      return value;
  }
  return std::nullopt;
}

void putVarint(std::uint64_t value, std::string &to) {
  for (; value >= 0x80; value >>= 7)
    to += static_cast<char>(value | 0x80);
  to += static_cast<char>(value);
}

// What a field has: a number, or bytes.
struct Field {
  std::uint64_t number = 0;
  std::string_view bytes;
};

// Takes the value of a field, of the wire types that the messages use; fixed-width ones are passed over.
std::optional<Field> takeField(unsigned wire_type, std::string_view &bytes) {
  Field out;
  std::optional<std::uint64_t> size;
  switch (wire_type) {
  case 0:
    if (std::optional<std::uint64_t> number = takeVarint(bytes)) {
      out.number = *number;
      return out;
    }
    return std::nullopt;
  case 1:
    size = 8;
    break;
  case 2:
    size = takeVarint(bytes);
    break;
  case 5:
    size = 4;
    break;
  }
  if (!size || *size > bytes.size())
    return std::nullopt;
  out.bytes = bytes.substr(0, *size);
  bytes.remove_prefix(*size);
  return out;
}

bool readBytes(int file, char *to, std::size_t count) {
  while (count) {
    ssize_t got = read(file, to, count);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    to += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

bool writeBytes(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t put = write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR)
      continue;
    if (put <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

enum class Read : unsigned char { Message, End, Broken };

Read readMessage(int file, std::string &message) {
  std::uint64_t size = 0;
  for (unsigned shift = 0;; shift += 7) {
    char byte;
    if (!readBytes(file, &byte, 1))
      return shift ? Read::Broken : Read::End;
    if (shift > 28)
      return Read::Broken;
    size |= std::uint64_t{static_cast<unsigned char>(byte) & 0x7Fu} << shift;
    if (!(byte & 0x80))
      break;
  }
  if (size > kMaxRequestBytes)
    return Read::Broken;
  message.resize(size);
  return readBytes(file, message.data(), size) ? Read::Message : Read::Broken;
}

// A process of the same program does the work in the sandbox, with a parameter file: a command line has bounds.
CommandResult answerInSandbox(const WorkRequest &request) {
  std::string name = "builder." + std::to_string(request.id) + ".params", lines;
  for (const std::string &argument : request.arguments)
    lines += argument + "\n";
  if (ErrorOr<void> done = writeFile(request.sandbox + "/" + name, lines); !done)
    return {1, done.error() + "\n"};
  CommandResult result;
  result.status = runTool({"/proc/self/exe", "@" + name}, result.messages, request.sandbox);
  std::remove((request.sandbox + "/" + name).c_str());
  return result;
}

CommandResult answer(Work work, const WorkRequest &request) {
  return request.sandbox.empty() ? work(request.arguments) : answerInSandbox(request);
}

} // namespace

std::optional<WorkRequest> parseRequest(std::string_view message) {
  WorkRequest out;
  while (!message.empty()) {
    std::optional<std::uint64_t> key = takeVarint(message);
    std::optional<Field> field = key ? takeField(*key & 7, message) : std::nullopt;
    if (!field)
      return std::nullopt;
    switch (*key >> 3) {
    case 1:
      out.arguments.emplace_back(field->bytes);
      break;
    case 3:
      out.id = static_cast<std::int64_t>(field->number);
      break;
    case 4:
      out.cancel = field->number != 0;
      break;
    case 6:
      out.sandbox = field->bytes;
      break;
    }
  }
  return out;
}

std::string encodeResponse(const CommandResult &result, std::int64_t id) {
  std::string body;
  if (result.status) {
    body += '\x08';
    putVarint(static_cast<std::uint64_t>(result.status), body);
  }
  if (!result.messages.empty()) {
    body += '\x12';
    putVarint(result.messages.size(), body);
    body += result.messages;
  }
  if (id) {
    body += '\x18';
    putVarint(static_cast<std::uint64_t>(id), body);
  }
  std::string out;
  putVarint(body.size(), out);
  return out + body;
}

int runWorker(Work work, int in, int out) {
  std::mutex mutex; // of what follows, and held while an answer is written
  std::condition_variable none_running;
  unsigned running = 0;
  auto serve = [&](const WorkRequest &request) {
    std::string response = encodeResponse(answer(work, request), request.id);
    std::lock_guard lock(mutex);
    writeBytes(out, response); // Bazel that is gone wants no answer
    if (--running == 0)
      none_running.notify_one();
  };
  int status = 0;
  for (std::string message;;) {
    Read read = readMessage(in, message);
    std::optional<WorkRequest> request = read == Read::Message ? parseRequest(message) : std::nullopt;
    if (!request) {
      if (read != Read::End) {
        std::fputs("builder: malformed work request\n", stderr);
        status = 2;
      }
      break;
    }
    if (request->cancel)
      continue;
    {
      std::lock_guard lock(mutex);
      ++running;
    }
    if (request->id)
      std::thread(serve, std::move(*request)).detach();
    else
      serve(*request);
  }
  std::unique_lock lock(mutex);
  none_running.wait(lock, [&] { return running == 0; });
  return status;
}

} // namespace gannet::builder
