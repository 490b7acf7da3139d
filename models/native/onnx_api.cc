#include "native/onnx_api.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

#include "native/model_error.h"

namespace ag06::inference {
namespace {
constexpr int kThreads = 1;  // a pool's threads spin while they wait, and the cores are needed for what runs beside: the analysis, or the live audio
constexpr char kHowToGetIt[] = "it is missing; `npm ci` in web/ brings it (tools/setup does that), the next build puts it in its place";

// The library's messages may have several lines.
[[nodiscard]] std::string on_one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char letter) { return static_cast<unsigned char>(letter) < 0x20; }, ' ');
  return text;
}

// Gives one of the library's objects back at the end of a scope.
template <class Release, class T>
class Held {
 public:
  explicit Held(onnx::Table table) noexcept : table_(table) {}
  ~Held() {
    if (object_ != nullptr) Release::of(table_)(object_);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  [[nodiscard]] T** out() noexcept { return &object_; }
  [[nodiscard]] T* get() const noexcept { return object_; }

 private:
  onnx::Table table_;
  T* object_ = nullptr;
};
using HeldValue = Held<onnx::ReleaseValue, onnx::Value>;
}  // namespace

template <class Entry, class... Args>
void OnnxRuntime::call(const std::string& file, Args... args) const {
  check(file, Entry::of(table_)(args...));
}

void OnnxRuntime::check(const std::string& file, onnx::Status* status) const {
  if (status == nullptr) return;
  const std::string why = on_one_line(onnx::ErrorMessage::of(table_)(status));
  onnx::ReleaseStatus::of(table_)(status);
  throw ModelError(file, why);
}

OnnxRuntime::OnnxRuntime(const std::string& library_path) : path_(library_path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path_, ignored)) throw ModelError(path_, kHowToGetIt);
  library_ = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) {
    const char* why = dlerror();
    throw ModelError(path_, on_one_line(std::string("it cannot be loaded: ") + (why ? why : "no reason was given")));
  }
  const auto get_base = reinterpret_cast<const onnx::ApiBase* (*)()>(dlsym(library_, "OrtGetApiBase"));
  base_ = get_base ? get_base() : nullptr;
  table_ = base_ ? base_->get_api(onnx::kTableVersion) : nullptr;
  if (table_ == nullptr) {
    dlclose(library_);
    throw ModelError(path_, base_ ? "it is too old: ONNX Runtime 1.12 or newer is needed" : "it is no ONNX Runtime");
  }
  // What is made from here on lives as long as the program (see the destructor): an error leaves nothing that matters behind.
  call<onnx::CreateEnv>(path_, onnx::kLogNothingButFatal, "ag06", &env_);
  call<onnx::CreateSessionOptions>(path_, &session_options_);
  call<onnx::SetOptimisation>(path_, session_options_, onnx::kEveryOptimisation);
  call<onnx::SetThreads>(path_, session_options_, kThreads);
  call<onnx::CreateCpuMemory>(path_, onnx::kArenaAllocator, onnx::kMemoryDefault, &memory_);
  call<onnx::DefaultAllocator>(path_, &allocator_);
}

// The library itself stays loaded: its threads and statics do not survive a dlclose().
OnnxRuntime::~OnnxRuntime() {
  if (memory_ != nullptr) onnx::ReleaseMemory::of(table_)(memory_);
  if (session_options_ != nullptr) onnx::ReleaseSessionOptions::of(table_)(session_options_);
  if (env_ != nullptr) onnx::ReleaseEnv::of(table_)(env_);
}

std::string OnnxRuntime::version() const { return base_->version_text(); }

OnnxSession::OnnxSession(std::shared_ptr<const OnnxRuntime> runtime, std::string name, std::span<const unsigned char> bytes) : runtime_(std::move(runtime)), name_(std::move(name)) {
  runtime_->call<onnx::CreateSessionFromArray>(name_, runtime_->env_, static_cast<const void*>(bytes.data()), bytes.size(), runtime_->session_options_, &session_);
}

OnnxSession::~OnnxSession() {
  if (session_ != nullptr) onnx::ReleaseSession::of(runtime_->table_)(session_);
}

std::vector<std::int64_t> OnnxSession::dimensions_of(const onnx::TensorInfo* info) const {
  int element = 0;
  runtime_->call<onnx::ElementType>(name_, info, &element);
  if (element != onnx::kElementFloat) throw ModelError(name_, "one of its tensors does not hold 32-bit floats");
  std::size_t count = 0;
  runtime_->call<onnx::DimensionCount>(name_, info, &count);
  std::vector<std::int64_t> dimensions(count);
  runtime_->call<onnx::Dimensions>(name_, info, dimensions.data(), count);
  return dimensions;
}

TensorShape OnnxSession::described(bool is_input, std::size_t index) const {
  char* name = nullptr;
  if (is_input) runtime_->call<onnx::InputName>(name_, session_, index, runtime_->allocator_, &name);
  else runtime_->call<onnx::OutputName>(name_, session_, index, runtime_->allocator_, &name);
  TensorShape shape{name, {}};
  runtime_->call<onnx::AllocatorFree>(name_, runtime_->allocator_, static_cast<void*>(name));
  Held<onnx::ReleaseType, onnx::TypeInfo> type(runtime_->table_);
  if (is_input) runtime_->call<onnx::InputType>(name_, session_, index, type.out());
  else runtime_->call<onnx::OutputType>(name_, session_, index, type.out());
  const onnx::TensorInfo* info = nullptr;  // a part of type
  runtime_->call<onnx::TensorInfoOfType>(name_, type.get(), &info);
  if (info == nullptr) throw ModelError(name_, "'" + shape.name + "' is no tensor");
  shape.dimensions = dimensions_of(info);
  return shape;
}

std::vector<TensorShape> OnnxSession::inputs() const {
  std::size_t count = 0;
  runtime_->call<onnx::InputCount>(name_, session_, &count);
  std::vector<TensorShape> shapes;
  for (std::size_t i = 0; i < count; ++i) shapes.push_back(described(true, i));
  return shapes;
}

std::vector<TensorShape> OnnxSession::outputs() const {
  std::size_t count = 0;
  runtime_->call<onnx::OutputCount>(name_, session_, &count);
  std::vector<TensorShape> shapes;
  for (std::size_t i = 0; i < count; ++i) shapes.push_back(described(false, i));
  return shapes;
}

std::string OnnxSession::metadata(const char* key) const {
  Held<onnx::ReleaseMetadata, onnx::Metadata> all(runtime_->table_);
  runtime_->call<onnx::SessionMetadata>(name_, session_, all.out());
  char* found = nullptr;
  runtime_->call<onnx::LookUpMetadata>(name_, all.get(), runtime_->allocator_, key, &found);
  if (found == nullptr) return {};
  std::string value = found;
  runtime_->call<onnx::AllocatorFree>(name_, runtime_->allocator_, static_cast<void*>(found));
  return value;
}

std::vector<std::vector<float>> OnnxSession::run(std::span<const TensorShape> shapes, std::span<const std::span<const float>> inputs, std::span<const char* const> output_names) const {
  const onnx::Table table = runtime_->table_;
  std::vector<std::unique_ptr<HeldValue>> tensors;
  std::vector<const onnx::Value*> values;
  std::vector<const char*> names;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tensors.push_back(std::make_unique<HeldValue>(table));
    // The library reads inputs only, but its type has no const.
    runtime_->call<onnx::CreateTensor>(name_, runtime_->memory_, static_cast<void*>(const_cast<float*>(inputs[i].data())), inputs[i].size_bytes(), shapes[i].dimensions.data(),
                                       shapes[i].dimensions.size(), onnx::kElementFloat, tensors.back()->out());
    values.push_back(tensors.back()->get());
    names.push_back(shapes[i].name.c_str());
  }
  std::vector<std::unique_ptr<HeldValue>> results;
  std::vector<onnx::Value*> made(output_names.size(), nullptr);
  onnx::Status* status = onnx::Run::of(table)(session_, nullptr, names.data(), values.data(), values.size(), output_names.data(), output_names.size(), made.data());
  for (onnx::Value* value : made) {
    results.push_back(std::make_unique<HeldValue>(table));
    *results.back()->out() = value;
  }
  runtime_->check(name_, status);
  std::vector<std::vector<float>> outputs;
  for (const auto& result : results) {
    Held<onnx::ReleaseTensorInfo, onnx::TensorInfo> info(table);
    runtime_->call<onnx::TensorInfoOfValue>(name_, static_cast<const onnx::Value*>(result->get()), info.out());
    const std::vector<std::int64_t> dimensions = dimensions_of(info.get());
    const auto count = std::accumulate(dimensions.begin(), dimensions.end(), std::int64_t{1}, std::multiplies<>());
    void* data = nullptr;
    runtime_->call<onnx::TensorData>(name_, result->get(), &data);
    const auto* numbers = static_cast<const float*>(data);
    outputs.emplace_back(numbers, numbers + count);
  }
  return outputs;
}

}  // namespace ag06::inference
