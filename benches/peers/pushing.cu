// Pushing by hand in CUDA: what Mollify computes, for one task, by somebody who writes it for that task alone.
//
//     nvcc -O3 -std=c++17 -arch=native -o pushing_cuda pushing.cu
//     ./pushing_cuda --samples 16384            speaks the protocol of protocol.py
//
// Compiles with nvcc 13.5 for sm_90; not yet run on a device. Its arithmetic and its barriers are tested on the CPU, where every lane
// is a thread (`cuda_on_cpu.h`):
//
//     g++ -std=c++20 -O2 -pthread -x c++ -include cuda_on_cpu.h pushing.cu -o pushing_on_cpu
//
// One lane rolls one sample out and keeps every eighth state. Backwards, segment by segment, it rolls out again from
// that state into shared memory, drawing the same noise again from its counter, and differentiates. Then the lanes of a
// block turn round: each sums one time step over some samples of the block. No atomics, so the result is the same
// every time. The noise is that of Mollify, so the samples are too.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#ifndef LAUNCH
#define LAUNCH(kernel, grid, block, ...) kernel<<<grid, block>>>(__VA_ARGS__)
#endif

constexpr int H = 400, SEGMENT = 8, SEGMENTS = H / SEGMENT;
constexpr int LANES = 128, SLICES = LANES / SEGMENT; // slices of the samples of a block that are summed apart
constexpr int ROW = LANES + 16;                      // so that the lanes that sum read different banks
constexpr int SUMS = 5;                              // g1, g1 g1, g0, g0 g0, g1 g0 about the shifts
constexpr float STIFFNESS = 10.0f, DAMPING = 0.998f, MASS = 0.1f, STEP = 0.005f, SIGMA = 0.1f, THETA = 0.1f;
constexpr float WEIGHT_1 = 0.1f, WEIGHT_2 = 10.0f, EFFORT = 1.0f, GOAL_1 = 1.0f, GOAL_2 = 2.0f;
static_assert(H % SEGMENT == 0 && SEGMENT % 2 == 0, "a segment holds whole pairs of the noise");

// x1, gap = x2 - x1 - 1, v1, v2: the sign of a gap that is integrated survives rounding.
template <class Real> struct State {
    Real x1, gap, v1, v2;
};

template <class Real> __host__ __device__ State<Real> advance(State<Real> s, Real u) {
    const Real force = s.gap < 0 ? Real(STIFFNESS) * s.gap : Real(0);
    const Real v1 = Real(DAMPING) * s.v1 + Real(STEP) / Real(MASS) * (u + force);
    const Real v2 = Real(DAMPING) * s.v2 - Real(STEP) / Real(MASS) * force;
    return {s.x1 + Real(STEP) * v1, s.gap + Real(STEP) * (v2 - v1), v1, v2};
}

template <class Real> __host__ __device__ Real distance(State<Real> s) {
    const Real e1 = s.x1 - Real(GOAL_1), e2 = s.x1 + s.gap + Real(1) - Real(GOAL_2);
    return Real(WEIGHT_1) * (e1 * e1 + s.v1 * s.v1 + s.v2 * s.v2) + Real(WEIGHT_2) * e2 * e2;
}

template <class Real> __host__ __device__ State<Real> distance_gradient(State<Real> s) {
    const Real e1 = 2 * Real(WEIGHT_1) * (s.x1 - Real(GOAL_1));
    const Real e2 = 2 * Real(WEIGHT_2) * (s.x1 + s.gap + Real(1) - Real(GOAL_2));
    return {e1 + e2, e2, 2 * Real(WEIGHT_1) * s.v1, 2 * Real(WEIGHT_1) * s.v2};
}

// Turns the cotangent of the next state into that of this one, stage cost included; returns df/du.
template <class Real> __host__ __device__ Real back(State<Real> s, Real u, State<Real>& c) {
    const Real to_v1 = c.v1 + Real(STEP) * (c.x1 - c.gap), to_v2 = c.v2 + Real(STEP) * c.gap;
    const Real gain = Real(STEP) / Real(MASS);
    const Real through_force = s.gap < 0 ? Real(STIFFNESS) * gain * (to_v1 - to_v2) : Real(0);
    const State<Real> own = distance_gradient(s);
    c = {own.x1 + c.x1, own.gap + c.gap + through_force, own.v1 + Real(DAMPING) * to_v1, own.v2 + Real(DAMPING) * to_v2};
    return 2 * Real(EFFORT) * u + gain * to_v1;
}

struct Key {
    uint32_t x, y;
};

// Threefry-2x32, 20 rounds (Salmon, Moraes, Dror, Shaw, SC 2011).
__host__ __device__ inline Key threefry(Key key, Key counter) {
    const uint32_t keys[3] = {key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau};
    const int rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
    uint32_t x = counter.x + key.x, y = counter.y + key.y;
#ifdef __CUDA_ARCH__
#pragma unroll
#endif
    for (int round = 0; round < 20; ++round) {
        const int r = rotations[round % 8];
        x += y;
        y = ((y << r) | (y >> (32 - r))) ^ x;
        if (round % 4 == 3) {
            const int n = round / 4 + 1;
            x += keys[n % 3];
            y += keys[(n + 1) % 3] + n;
        }
    }
    return {x, y};
}

// The noise of time steps 2 pair and 2 pair + 1.
__device__ inline void draw(Key key, uint32_t sample, uint32_t pair, float& first, float& second) {
    const Key bits = threefry(key, {sample, pair});
    const uint32_t x = bits.x < 0x01000000u ? bits.x | 1u : bits.x & 0xffffff00u;
    const uint32_t y = (bits.y & 0xffffffc0u) | 32u;
    const float radius = SIGMA * sqrtf(-2.0f * logf(float(x) * 2.3283064e-10f));
    float sine, cosine;
    sincospif(2.0f * (float(y) * 2.3283064e-10f), &sine, &cosine);
    first = radius * cosine;
    second = radius * sine;
}

struct Plan {
    Key key;
    uint32_t samples;
    float nominal;
};

// partial: [SUMS][H][grid][SLICES]; values: [2][grid][LANES]; kept: [SEGMENTS][grid][LANES].
__global__ void estimate(Plan plan, const float* shift, float4* kept, double* partial, double* values) {
    __shared__ float4 states[SEGMENT][LANES];
    __shared__ float noise[SEGMENT][ROW], first_order[SEGMENT][ROW], deviation[LANES];
    const int lane = threadIdx.x, grid = gridDim.x, place = blockIdx.x * LANES + lane;
    const int row = lane / SLICES, slice = lane % SLICES;
    double sum = 0, squares = 0;
    for (uint32_t base = blockIdx.x * LANES; base < plan.samples; base += grid * LANES) {
        const uint32_t sample = base + lane;
        const bool active = sample < plan.samples;
        State<float> s = {0, 0, 0, 0};
        float cost = 0;
        for (int t = 0; t < H; t += 2) {
            if (t % SEGMENT == 0) kept[(t / SEGMENT) * grid * LANES + place] = make_float4(s.x1, s.gap, s.v1, s.v2);
            float w[2];
            draw(plan.key, sample, t / 2, w[0], w[1]);
            for (int i = 0; i < 2; ++i) {
                const float u = THETA + w[i];
                cost += distance(s) + EFFORT * u * u;
                s = advance(s, u);
            }
        }
        const float above = active ? cost + distance(s) - plan.nominal : 0.0f;
        sum += above;
        squares += double(above) * above;
        deviation[lane] = above;
        State<float> cotangent = distance_gradient(s);
        for (int segment = SEGMENTS - 1; segment >= 0; --segment) {
            const float4 at = kept[segment * grid * LANES + place];
            s = {at.x, at.y, at.z, at.w};
            for (int i = 0; i < SEGMENT; i += 2) {
                draw(plan.key, sample, (segment * SEGMENT + i) / 2, noise[i][lane], noise[i + 1][lane]);
                for (int j = i; j < i + 2; ++j) {
                    states[j][lane] = make_float4(s.x1, s.gap, s.v1, s.v2);
                    s = advance(s, THETA + noise[j][lane]);
                }
            }
            for (int i = SEGMENT - 1; i >= 0; --i) {
                const float4 x = states[i][lane];
                first_order[i][lane] = back<float>({x.x, x.y, x.z, x.w}, THETA + noise[i][lane], cotangent);
            }
            __syncthreads();
            const int t = segment * SEGMENT + row;
            const float about = shift[t];
            float sums[SUMS] = {0, 0, 0, 0, 0};
            for (int i = slice; i < LANES; i += SLICES) {
                if (base + i >= plan.samples) break;
                const float g1 = first_order[row][i] - about;
                const float g0 = deviation[i] * noise[row][i] * (1.0f / (SIGMA * SIGMA));
                sums[0] += g1;
                sums[1] += g1 * g1;
                sums[2] += g0;
                sums[3] += g0 * g0;
                sums[4] += g1 * g0;
            }
            for (int q = 0; q < SUMS; ++q)
                partial[((size_t(q) * H + t) * grid + blockIdx.x) * SLICES + slice] += sums[q];
            __syncthreads();
        }
    }
    values[place] = sum;
    values[grid * LANES + place] = squares;
}

// Block b sums row b of `rows`, each of `count` numbers.
__global__ void finish(const double* rows, int count, double* sums) {
    __shared__ double tree[LANES];
    double sum = 0;
    for (int i = threadIdx.x; i < count; i += LANES) sum += rows[size_t(blockIdx.x) * count + i];
    tree[threadIdx.x] = sum;
    for (int half = LANES / 2; half > 0; half /= 2) {
        __syncthreads();
        if (int(threadIdx.x) < half) tree[threadIdx.x] += tree[threadIdx.x + half];
    }
    if (threadIdx.x == 0) sums[blockIdx.x] = tree[0];
}

static void check(cudaError_t error, const char* what) {
    if (error == cudaSuccess) return;
    std::fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(error));
    std::exit(1);
}

template <class T> static T* allocate(size_t count) {
    void* pointer = nullptr;
    check(cudaMalloc(&pointer, count * sizeof(T)), "cudaMalloc");
    return static_cast<T*>(pointer);
}

struct Moments {
    double mean, m2;
};

struct Result {
    Moments value;
    std::vector<Moments> first_order, zeroth_order;
};

class Peer {
    uint32_t samples;
    int grid;
    double nominal = 0;
    std::vector<float> shift;
    float *device_shift;
    float4* kept;
    double *partial, *values, *device_sums;

public:
    Peer(uint32_t samples, int processors) : samples(samples), shift(H) {
        const int blocks = int((samples + LANES - 1) / LANES);
        grid = blocks < 8 * processors ? blocks : 8 * processors;
        // Without noise, in f64: the cost, and the derivatives about which the sums are taken.
        std::vector<State<double>> states(1, State<double>{0, 0, 0, 0});
        for (int t = 0; t < H; ++t) {
            nominal += distance(states[t]) + EFFORT * double(THETA) * THETA;
            states.push_back(advance<double>(states[t], THETA));
        }
        nominal += distance(states[H]);
        State<double> cotangent = distance_gradient(states[H]);
        for (int t = H - 1; t >= 0; --t) shift[t] = float(back<double>(states[t], THETA, cotangent));
        device_shift = allocate<float>(H);
        kept = allocate<float4>(size_t(SEGMENTS) * grid * LANES);
        partial = allocate<double>(size_t(SUMS) * H * grid * SLICES);
        values = allocate<double>(size_t(2) * grid * LANES);
        device_sums = allocate<double>(SUMS * H + 2);
        check(cudaMemcpy(device_shift, shift.data(), H * sizeof(float), cudaMemcpyHostToDevice), "upload");
    }

    Result run(uint32_t iteration) {
        // Mollify's key: seed 0, this iteration, stream 0.
        const Plan plan = {threefry({0, 0}, {iteration, 0}), samples, float(nominal)};
        check(cudaMemset(partial, 0, size_t(SUMS) * H * grid * SLICES * sizeof(double)), "memset");
        LAUNCH(estimate, grid, LANES, plan, device_shift, kept, partial, values);
        LAUNCH(finish, SUMS * H, LANES, partial, grid * SLICES, device_sums);
        LAUNCH(finish, 2, LANES, values, grid * LANES, device_sums + SUMS * H);
        check(cudaGetLastError(), "launch");
        std::vector<double> sums(SUMS * H + 2);
        check(cudaMemcpy(sums.data(), device_sums, sums.size() * sizeof(double), cudaMemcpyDeviceToHost), "download");
        const double n = samples;
        const auto moments = [n](double about, double sum, double squares) {
            return Moments{about + sum / n, squares - sum * sum / n};
        };
        Result result = {moments(nominal, sums[SUMS * H], sums[SUMS * H + 1]), {}, {}};
        for (int t = 0; t < H; ++t) {
            result.first_order.push_back(moments(shift[t], sums[t], sums[H + t]));
            result.zeroth_order.push_back(moments(0, sums[2 * H + t], sums[3 * H + t]));
        }
        return result;
    }
};

static void print(const char* name, const std::vector<Moments>& list, double n, const char* end) {
    double trace = 0;
    std::printf("\"%s\": {\"mean\": [", name);
    for (size_t i = 0; i < list.size(); ++i) std::printf("%s%.9g", i ? ", " : "", list[i].mean);
    std::printf("], \"std_error\": [");
    for (size_t i = 0; i < list.size(); ++i) {
        std::printf("%s%.9g", i ? ", " : "", std::sqrt(list[i].m2 / (n - 1) / n));
        trace += list[i].m2 / (n - 1);
    }
    std::printf("], \"variance\": %.9g}%s", trace, end);
}

int main(int count, char** arguments) {
    long samples = 0;
    for (int i = 1; i + 1 < count; ++i)
        if (std::string(arguments[i]) == "--samples") samples = std::atol(arguments[i + 1]);
    if (samples < 2 || samples > 0x7fffffffL) {
        std::fprintf(stderr, "usage: %s --samples K, from 2 to 2147483647\n", arguments[0]);
        return 2;
    }
    cudaDeviceProp device;
    check(cudaGetDeviceProperties(&device, 0), "no CUDA device");
    Peer peer{uint32_t(samples), device.multiProcessorCount};
    peer.run(0);
    std::printf("{\"peer\": \"CUDA by hand\", \"device\": \"%s\", \"compile_seconds\": 0, \"same_noise\": true}\n", device.name);
    std::fflush(stdout);
    char line[64];
    for (uint32_t iteration = 1; std::fgets(line, sizeof line, stdin);) {
        if (!std::strncmp(line, "check", 5)) {
            const Result r = peer.run(0);
            std::printf("{");
            print("value", {r.value}, samples, ", ");
            print("first_order", r.first_order, samples, ", ");
            print("zeroth_order", r.zeroth_order, samples, "}\n");
        } else {
            const auto begin = std::chrono::steady_clock::now();
            peer.run(iteration++);
            const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
            std::printf("{\"seconds\": %.9g}\n", elapsed.count());
        }
        std::fflush(stdout);
    }
}
