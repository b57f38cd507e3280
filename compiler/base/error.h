// A result or a reason: what a function returns when a file, a process or an object may fail it.
#ifndef GANNET_COMPILER_BASE_ERROR_H
#define GANNET_COMPILER_BASE_ERROR_H

#include <string>
#include <utility>
#include <variant>

namespace gannet {

// Why something outside Gannet failed; the text names the file and, where known, the offset.
struct [[nodiscard]] Error {
  std::string message;
};

// Holds a T or an Error. Take the value with * or -> after testing it.
template <typename T> class [[nodiscard]] ErrorOr {
public:
  ErrorOr(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  ErrorOr(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T &operator*() { return *std::get_if<0>(&state_); }
  const T &operator*() const { return *std::get_if<0>(&state_); }
  T *operator->() { return std::get_if<0>(&state_); }
  const T *operator->() const { return std::get_if<0>(&state_); }
  const std::string &error() const { return std::get_if<1>(&state_)->message; }
  Error takeError() { return std::move(*std::get_if<1>(&state_)); }

private:
  std::variant<T, Error> state_;
};

// Success, or why not.
template <> class [[nodiscard]] ErrorOr<void> {
public:
  ErrorOr() = default;
  ErrorOr(Error error) : failed_(true), error_(std::move(error)) {}

  explicit operator bool() const { return !failed_; }
  const std::string &error() const { return error_.message; }
  Error takeError() { return std::move(error_); }

private:
  bool failed_ = false;
  Error error_;
};

} // namespace gannet

#endif
