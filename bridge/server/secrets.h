// The bridge's own secret and what is derived from it: random tokens, keyed digests, comparison in constant time. Not for passwords, which are weaker than these.
#pragma once

#include <string>
#include <string_view>

namespace ag06::bridge::server {

// 256 random bits as 64 hexadecimal digits. Throws std::runtime_error when the system has no randomness.
[[nodiscard]] std::string random_token();
// HMAC-SHA-256 (RFC 2104, FIPS 180-4) as 64 hexadecimal digits.
[[nodiscard]] std::string keyed_digest(std::string_view key, std::string_view text);
// Time does not depend on where they differ; it does on the length, which is no secret here.
[[nodiscard]] bool equal_secrets(std::string_view a, std::string_view b) noexcept;

// Reads the token of a file; makes the file, its folders and a token when it is missing, readable by its owner only.
// Throws std::runtime_error, what() a clause naming the file, when it cannot be read or made, when others may read it, or when it holds no token of 32..256 letters.
[[nodiscard]] std::string load_or_make_token(const std::string& path);

}  // namespace ag06::bridge::server
