// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a replica grants a model.
 *
 * @param slots sequences that may hold a KV cache at once, 1 to 1024
 * @param contextLength positions of a slot, 0 for what the model declares, at most 131072; never more than the model declares
 * @param threads threads of one step, 1 to 256
 * @param prefillChunk most tokens of one prefill run, 1 to 4096
 * @param weights how the engine holds the weights
 * @param adapterRank ranks of all low-rank adapters that may be loaded at once, together; 0 for no adapters, at most 1024
 * @param cache how the engine holds keys and values
 * @param taken bytes that models beside it take of the memory that the engine is granted
 * @param quantised folder in which quantised forms of models are kept between loads; null to make them anew each time
 */
public record EngineOptions(
        int slots,
        int contextLength,
        int threads,
        int prefillChunk,
        WeightKind weights,
        @Nullable Path quantised,
        int adapterRank,
        CacheKind cache,
        long taken) {

    public EngineOptions {
        check("slots", slots, 1, 1024);
        check("contextLength", contextLength, 0, 131_072);
        check("threads", threads, 1, 256);
        check("prefillChunk", prefillChunk, 1, 4096);
        check("adapterRank", adapterRank, 0, 1024);
        if (taken < 0) {
            throw new IllegalArgumentException("taken must be at least 0, was " + taken);
        }
    }

    /** Alone in the memory that the engine is granted. */
    public EngineOptions(
            int slots,
            int contextLength,
            int threads,
            int prefillChunk,
            WeightKind weights,
            @Nullable Path quantised,
            int adapterRank,
            CacheKind cache) {
        this(slots, contextLength, threads, prefillChunk, weights, quantised, adapterRank, cache, 0);
    }

    /** The same for a model that serves beside others, which take so many bytes. */
    public EngineOptions beside(long bytes) {
        return new EngineOptions(
                slots, contextLength, threads, prefillChunk, weights, quantised, adapterRank, cache, bytes);
    }

    /** Without adapters, with a cache of floats. */
    public EngineOptions(
            int slots, int contextLength, int threads, int prefillChunk, WeightKind weights, @Nullable Path quantised) {
        this(slots, contextLength, threads, prefillChunk, weights, quantised, 0, CacheKind.F32);
    }

    /** The same with room for adapters. */
    public EngineOptions withAdapters(int rank) {
        return new EngineOptions(slots, contextLength, threads, prefillChunk, weights, quantised, rank, cache, taken);
    }

    /** Weights as they are in the folder. */
    public EngineOptions(int slots, int contextLength, int threads, int prefillChunk) {
        this(slots, contextLength, threads, prefillChunk, WeightKind.F32, null);
    }

    /** The same with other weights. */
    public EngineOptions withWeights(WeightKind kind, @Nullable Path folder) {
        return new EngineOptions(slots, contextLength, threads, prefillChunk, kind, folder, adapterRank, cache, taken);
    }

    /** The same with another cache. */
    public EngineOptions withCache(CacheKind kind) {
        return new EngineOptions(
                slots, contextLength, threads, prefillChunk, weights, quantised, adapterRank, kind, taken);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", was " + value);
        }
    }
}
