// ONNX Runtime, loaded while the program runs: the library, and a model in it. Not linked, so that every program works without it.
// Not for what the models mean (song_models.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "native/onnx_table.h"

namespace ag06::inference {

// One tensor of 32-bit floats: its name and how long each dimension is, -1 for the batch.
struct TensorShape {
  std::string name;
  std::vector<std::int64_t> dimensions;
};

class OnnxRuntime {
 public:
  // Throws ModelError when the library is missing, is none, or is older than the table that is used.
  explicit OnnxRuntime(const std::string& library_path);
  ~OnnxRuntime();
  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;

  [[nodiscard]] const std::string& library_path() const noexcept { return path_; }
  [[nodiscard]] std::string version() const;  // "1.30.0"

 private:
  friend class OnnxSession;
  // Calls the entry; a status that came back becomes a ModelError about file.
  template <class Entry, class... Args>
  void call(const std::string& file, Args... args) const;
  void check(const std::string& file, onnx::Status* status) const;  // releases status

  std::string path_;
  void* library_ = nullptr;
  const onnx::ApiBase* base_ = nullptr;
  onnx::Table table_ = nullptr;
  onnx::Env* env_ = nullptr;
  onnx::SessionOptions* session_options_ = nullptr;
  onnx::MemoryInfo* memory_ = nullptr;
  onnx::Allocator* allocator_ = nullptr;  // the library's own
};

// A model. Runs from several threads at once are allowed; one object serves them all.
class OnnxSession {
 public:
  // bytes: the model file, copied; name: what errors call it. Throws ModelError.
  OnnxSession(std::shared_ptr<const OnnxRuntime> runtime, std::string name, std::span<const unsigned char> bytes);
  ~OnnxSession();
  OnnxSession(const OnnxSession&) = delete;
  OnnxSession& operator=(const OnnxSession&) = delete;

  // As the model's file states them. Throw ModelError where one is no tensor of floats.
  [[nodiscard]] std::vector<TensorShape> inputs() const;
  [[nodiscard]] std::vector<TensorShape> outputs() const;
  // "" where the model has no such key.
  [[nodiscard]] std::string metadata(const char* key) const;

  // inputs[i]: data of the tensor called shapes[i].name, all dimensions known. Gives the outputs that are named, in their order. Throws ModelError.
  [[nodiscard]] std::vector<std::vector<float>> run(std::span<const TensorShape> shapes, std::span<const std::span<const float>> inputs, std::span<const char* const> output_names) const;

 private:
  [[nodiscard]] TensorShape described(bool is_input, std::size_t index) const;
  [[nodiscard]] std::vector<std::int64_t> dimensions_of(const onnx::TensorInfo* info) const;

  std::shared_ptr<const OnnxRuntime> runtime_;
  std::string name_;
  onnx::Session* session_ = nullptr;
};

}  // namespace ag06::inference
