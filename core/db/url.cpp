#include "core/db/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/text.h"

namespace shardwright {

namespace {

// What may stand behind the question mark: how to reach a server, never who one is or what a session may do.
constexpr std::array<std::string_view, 5> postgresOptions = {"application_name", "connect_timeout", "sslmode",
                                                             "sslrootcert", "target_session_attrs"};
constexpr std::array<std::string_view, 3> mariadbOptions = {"connect_timeout", "ssl-ca", "ssl-verify-server-cert"};

std::span<const std::string_view> optionsOf(std::string_view engine) {
  if (engine == "postgresql") return postgresOptions;
  if (engine == "mariadb") return mariadbOptions;
  return {};
}

Result<std::string> percentDecoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = fromHex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1)
      return invalidInput("the URL has a % without two hexadecimal digits behind it; write %25 for the sign itself");
    out += *byte;
    i += 2;
  }
  if (!isUtf8(out) || std::ranges::any_of(out, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return invalidInput("the URL has control characters or invalid UTF-8 in it");
  return out;
}

std::string percentEncoded(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || special.find(c) != std::string_view::npos)
      out += '%' + toHex({&c, 1});
    else
      out += c;
  }
  return out;
}

// Takes everything behind the first `separator` off `text`.
std::optional<std::string_view> takeBehind(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

Done readOptions(DatabaseUrl& url, std::string_view query) {
  const auto known = optionsOf(url.engine);
  for (const std::string& part : splitText(query, '&')) {
    std::string_view name = part;
    const auto value = takeBehind(name, '=');
    if (std::ranges::find(known, name) == known.end()) {
      const std::string may = known.empty() ? fmt::format("{} URLs take none", url.engine)
                                            : fmt::format("{} URLs take {}", url.engine, fmt::join(known, ", "));
      return invalidInput(fmt::format("the URL has the option \"{}\", which is not one that may stand there; {}",
                                      printable(name, 40), may));
    }
    const std::string decoded = TRY(percentDecoded(value.value_or("")));
    if (decoded.empty()) return invalidInput(fmt::format("the option {} of the URL has no value", name));
    if (!url.options.emplace(name, decoded).second)
      return invalidInput(fmt::format("the option {} stands in the URL twice", name));
  }
  return {};
}

Result<DatabaseUrl> parseFileUrl(DatabaseUrl url, std::string_view rest) {
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    if (!rest.starts_with('/'))
      return invalidInput("a SQLite URL names a file, not a host; write sqlite:///absolute/path or sqlite:relative/path");
  }
  const std::string path = TRY(percentDecoded(rest));
  if (path.empty() || path.ends_with('/') || path == ":memory:")
    return invalidInput("a SQLite URL must name a file; write sqlite:///absolute/path or sqlite:relative/path");
  url.path = path;
  if (path.front() == '/') {
    url.path.erase(0, path.find_first_not_of('/') - 1);  // sqlite:////path is the same file as sqlite:///path
  } else {
    std::error_code failed;
    url.path = std::filesystem::weakly_canonical(std::filesystem::absolute(path, failed), failed).string();
    if (failed) return unavailable("the working folder cannot be read; write sqlite:///absolute/path");
  }
  return url;
}

Done readHost(DatabaseUrl& url, std::string_view hostAndPort) {
  std::string_view host = hostAndPort;
  std::optional<std::string_view> port;
  if (host.starts_with('[')) {  // an IPv6 address has colons of its own
    const auto end = host.find(']');
    if (end == std::string_view::npos) return invalidInput("the URL has a [ without its ]");
    const auto behind = host.substr(end + 1);
    host = host.substr(1, end - 1);
    if (behind.starts_with(':')) port = behind.substr(1);
    if (!port && !behind.empty()) return invalidInput("the URL has text between the ] of its host and the port");
  } else {
    port = takeBehind(host, ':');
  }
  url.host = TRY(percentDecoded(host));
  if (port) {
    const auto number = parseInt64(*port);
    if (!number || *number < 1 || *number > 65535)
      return invalidInput("the port of the URL is no number from 1 to 65535");
    url.port = std::to_string(*number);
  }
  return {};
}

Result<DatabaseUrl> parseServerUrl(DatabaseUrl url, std::string_view rest) {
  if (!rest.starts_with("//"))
    return invalidInput(fmt::format("a {0} URL looks like {0}://user@host:port/database", url.engine));
  rest.remove_prefix(2);
  std::string_view authority = rest;
  const auto database = takeBehind(authority, '/');
  if (!database || database->empty())
    return invalidInput(fmt::format("the URL names no database; write {}://user@host:port/database", url.engine));
  url.database = TRY(percentDecoded(*database));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = authority.substr(0, at);
    if (user.find(':') != std::string_view::npos)
      return invalidInput(
          "the URL has a password in it, and URLs are kept and shown; take it out and give it by the key ring, a password "
          "file or the environment");
    url.user = TRY(percentDecoded(user));
    authority.remove_prefix(at + 1);
  }
  TRY(readHost(url, authority));
  return url;
}

}  // namespace

// No message below repeats the URL: there may be a password in it.
Result<DatabaseUrl> parseDatabaseUrl(std::string_view text) {
  std::string_view scheme = text;
  const auto behind = takeBehind(scheme, ':');
  DatabaseUrl url;
  url.engine = scheme;
  if (!behind || (scheme != "sqlite" && scheme != "postgresql" && scheme != "mariadb"))
    return invalidInput(
        "that is no database URL; write sqlite:///path/file.db, postgresql://user@host:port/database or "
        "mariadb://user@host:port/database");
  std::string_view rest = *behind;
  const auto query = takeBehind(rest, '?');
  if (rest.find('#') != std::string_view::npos) return invalidInput("the URL has a # in it; write %23 for the sign itself");
  DatabaseUrl parsed = TRY(scheme == "sqlite" ? parseFileUrl(url, rest) : parseServerUrl(url, rest));
  if (query) TRY(readOptions(parsed, *query));
  return parsed;
}

std::string formatDatabaseUrl(const DatabaseUrl& url) {
  std::string out = url.engine;
  if (url.engine == "sqlite") {
    out += "://" + percentEncoded(url.path, "?#");
  } else {
    out += "://";
    if (!url.user.empty()) out += percentEncoded(url.user, ":/?#@[]") + "@";
    const bool isIpv6 = url.host.find(':') != std::string::npos;
    out += isIpv6 ? "[" + url.host + "]" : percentEncoded(url.host, ":/?#@[]");
    if (!url.port.empty()) out += ":" + url.port;
    out += "/" + percentEncoded(url.database, "?#");
  }
  char separator = '?';
  for (const auto& [name, value] : url.options) {
    out += separator + name + "=" + percentEncoded(value, "&=#?");
    separator = '&';
  }
  return out;
}

}  // namespace shardwright
