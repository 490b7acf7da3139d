// The part of ONNX Runtime's C interface that is used here, by our own declaration: npm's library comes without headers. Not for other parts of the project.
// Source: the C API of ONNX Runtime is one table of function pointers that only ever grows at its end; the slots below are the same in every version since 1.0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ag06::inference::onnx {

// Opaque to whoever calls.
struct Env;
struct Status;
struct Session;
struct SessionOptions;
struct RunOptions;
struct Value;
struct TypeInfo;
struct TensorInfo;
struct MemoryInfo;
struct Metadata;
struct Allocator;

using Table = void* const*;
struct ApiBase {
  Table (*get_api)(std::uint32_t version);
  const char* (*version_text)();
};

inline constexpr std::uint32_t kTableVersion = 12;  // the oldest that 1.12 to 1.30 hand out and that was tried
inline constexpr int kLogNothingButFatal = 4;
inline constexpr int kEveryOptimisation = 99;
inline constexpr int kElementFloat = 1;
inline constexpr int kArenaAllocator = 1;
inline constexpr int kMemoryDefault = 0;

// Slot<N, F>: the N-th entry, a function of type F.
template <std::size_t N, class F>
struct Slot {
  static F* of(Table table) noexcept { return reinterpret_cast<F*>(table[N]); }
};

using ErrorMessage = Slot<2, const char*(const Status*)>;
using CreateEnv = Slot<3, Status*(int level, const char* name, Env**)>;
using CreateSessionFromArray = Slot<8, Status*(const Env*, const void* bytes, std::size_t, const SessionOptions*, Session**)>;
using Run = Slot<9, Status*(Session*, const RunOptions*, const char* const* input_names, const Value* const* inputs, std::size_t, const char* const* output_names, std::size_t, Value**)>;
using CreateSessionOptions = Slot<10, Status*(SessionOptions**)>;
using DisableMemPattern = Slot<17, Status*(SessionOptions*)>;
using DisableCpuArena = Slot<19, Status*(SessionOptions*)>;
using SetOptimisation = Slot<23, Status*(SessionOptions*, int)>;
using SetThreads = Slot<24, Status*(SessionOptions*, int)>;
using InputCount = Slot<30, Status*(const Session*, std::size_t*)>;
using OutputCount = Slot<31, Status*(const Session*, std::size_t*)>;
using InputType = Slot<33, Status*(const Session*, std::size_t, TypeInfo**)>;
using OutputType = Slot<34, Status*(const Session*, std::size_t, TypeInfo**)>;
using InputName = Slot<36, Status*(const Session*, std::size_t, Allocator*, char**)>;
using OutputName = Slot<37, Status*(const Session*, std::size_t, Allocator*, char**)>;
using CreateTensor = Slot<49, Status*(const MemoryInfo*, void* data, std::size_t bytes, const std::int64_t* shape, std::size_t dimensions, int element, Value**)>;
using TensorData = Slot<51, Status*(Value*, void**)>;
using TensorInfoOfType = Slot<55, Status*(const TypeInfo*, const TensorInfo**)>;
using ElementType = Slot<60, Status*(const TensorInfo*, int*)>;
using DimensionCount = Slot<61, Status*(const TensorInfo*, std::size_t*)>;
using Dimensions = Slot<62, Status*(const TensorInfo*, std::int64_t*, std::size_t)>;
using TensorInfoOfValue = Slot<65, Status*(const Value*, TensorInfo**)>;
using CreateCpuMemory = Slot<69, Status*(int allocator, int kind, MemoryInfo**)>;
using AllocatorFree = Slot<76, Status*(Allocator*, void*)>;
using DefaultAllocator = Slot<78, Status*(Allocator**)>;
using ReleaseEnv = Slot<92, void(Env*)>;
using ReleaseStatus = Slot<93, void(Status*)>;
using ReleaseMemory = Slot<94, void(MemoryInfo*)>;
using ReleaseSession = Slot<95, void(Session*)>;
using ReleaseValue = Slot<96, void(Value*)>;
using ReleaseType = Slot<98, void(TypeInfo*)>;
using ReleaseTensorInfo = Slot<99, void(TensorInfo*)>;
using ReleaseSessionOptions = Slot<100, void(SessionOptions*)>;
using SessionMetadata = Slot<111, Status*(const Session*, Metadata**)>;
using LookUpMetadata = Slot<116, Status*(const Metadata*, Allocator*, const char* key, char** value)>;
using ReleaseMetadata = Slot<118, void(Metadata*)>;

}  // namespace ag06::inference::onnx
