// Runs the kernels of pushing.cu on the CPU, to test their arithmetic and their barriers where there is no GPU: every
// lane of a block is a thread, blocks follow one another, and shared memory is a static variable. Very slow.
#pragma once
#include <barrier>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __shared__ static
#define LAUNCH(kernel, grid, block, ...) on_cpu::launch(grid, block, [&] { kernel(__VA_ARGS__); })

struct dim3 {
    unsigned x = 0;
};
struct float4 {
    float x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline void sincospif(float x, float* sine, float* cosine) {
    *sine = float(std::sin(x * 3.14159265358979323846));
    *cosine = float(std::cos(x * 3.14159265358979323846));
}

inline thread_local dim3 threadIdx, blockIdx, gridDim;

namespace on_cpu {
inline std::unique_ptr<std::barrier<>> barrier;

template <class Body> void launch(unsigned grid, unsigned block, Body body) {
    barrier = std::make_unique<std::barrier<>>(block);
    std::vector<std::thread> lanes;
    for (unsigned lane = 0; lane < block; ++lane)
        lanes.emplace_back([=] {
            threadIdx.x = lane;
            gridDim.x = grid;
            for (unsigned b = 0; b < grid; ++b) {
                blockIdx.x = b;
                body();
                // The next block uses the same shared memory.
                barrier->arrive_and_wait();
            }
        });
    for (auto& lane : lanes) lane.join();
}
} // namespace on_cpu

inline void __syncthreads() { on_cpu::barrier->arrive_and_wait(); }

using cudaError_t = int;
constexpr cudaError_t cudaSuccess = 0;
enum { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost };
struct cudaDeviceProp {
    char name[64];
    int multiProcessorCount;
};
inline const char* cudaGetErrorString(cudaError_t) { return "out of memory"; }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline cudaError_t cudaMalloc(void** pointer, size_t bytes) { return (*pointer = std::malloc(bytes)) ? 0 : 1; }
inline cudaError_t cudaMemset(void* pointer, int value, size_t bytes) { return std::memset(pointer, value, bytes), 0; }
inline cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, int) { return std::memcpy(to, from, bytes), 0; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* device, int) {
    std::strcpy(device->name, "emulated on the CPU");
    device->multiProcessorCount = 1;
    return cudaSuccess;
}
