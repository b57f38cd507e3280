// Values of the workspace status in string variables (x_defs).
#ifndef GANNET_TOOLCHAIN_BUILDER_STAMP_H
#define GANNET_TOOLCHAIN_BUILDER_STAMP_H

#include <map>
#include <string>
#include <string_view>

namespace gannet::builder {

using StatusValues = std::map<std::string, std::string, std::less<>>;

// Adds the lines "KEY VALUE" of a status file.
void addStatus(std::string_view text, StatusValues &values);

// The text with each {KEY} that is known replaced by its value; without status values nothing is replaced.
std::string stamped(std::string_view text, const StatusValues &values);

} // namespace gannet::builder

#endif
