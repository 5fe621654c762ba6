#include "app/cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "core/base/json.h"
#include "core/base/text.h"

namespace shardwright::cli {

namespace {

constexpr std::size_t longestLine = 4000;  // bytes; sentences may repeat what somebody typed

void write(FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

void Terminal::print(std::string_view text) const {
  write(stdout, text);
  if (!text.empty() && text.back() != '\n') write(stdout, "\n");
}

void Terminal::line(std::string_view text) const {
  write(stdout, text);
  write(stdout, "\n");
}

void Terminal::document(const Json& document) const {
  line(canonicalJson(document));
  std::fflush(stdout);  // who follows a run reads each line as it comes
}

void Terminal::remark(std::string_view sentence) const {
  if (quiet) return;
  std::fflush(stdout);  // what was answered before stands before
  for (const std::string& line : splitText(sentence, '\n')) write(stderr, printable(line, longestLine) + "\n");
}

void Terminal::failure(const Error& error) const {
  std::fflush(stdout);
  std::string_view lead = "shardwright: ";
  for (const std::string& line : splitText(error.message(), '\n')) {
    write(stderr, fmt::format("{}{}\n", lead, printable(line, longestLine)));
    lead = "  ";
  }
}

Done Terminal::confirm(std::string_view effect, std::string_view name) const {
  if (yes) return {};
  if (!isatty(STDIN_FILENO)) {
    return refused(fmt::format("nothing was done: this asks for a confirmation, and there is no terminal to ask on. Give --yes to answer "
                               "in a script. What it does: {}", effect));
  }
  write(stderr, fmt::format("{}\nType {} to go on: ", printable(effect), printable(name)));
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == name) return {};
  return refused("the name was not typed; nothing was changed.");
}

bool Terminal::errorsOnTerminal() { return isatty(STDERR_FILENO); }

}  // namespace shardwright::cli
