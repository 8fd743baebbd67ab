// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.CacheKind;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.signing.SignaturePolicy;
import dev.rivulet.signing.TrustedKey;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What a replica grants models, and how it gets them.
 *
 * @param engine name of the engine, empty for the only one on the class path
 * @param slots sequences of one model that may run at once
 * @param spareSlots sequences beside them that may be set aside, with their KV cache, for a key that has no slot while another has
 *     several; 0 for none ever
 * @param contextLength positions of a slot, 0 for what the model declares
 * @param threads threads of one step; 0 for all cores, and for a model of less than 64 MB for all but one: its steps are so short
 *     that requests wait for a core
 * @param prefillChunk most tokens of one prefill run
 * @param weights how the engine holds weights: {@code f32} as they are, {@code w8r} in 8 bits, {@code int4} in 4
 * @param kvCache how the engine holds keys and values: {@code f32}, or {@code int8} in a quarter of the memory
 * @param draft by the name of a model, that of a smaller one with the same tokens that guesses for it where
 *     {@code rivulet.execution.speculation} is {@code draft}
 * @param folders by the name of a model, a folder of this machine that is served from the start, as version {@code folder}: for a
 *     replica that no registry tells what to serve. Nobody's signature is asked for, so not where signatures are required
 * @param adapterRank ranks of all adapters of one model together; room for them is made once a model has one
 * @param cache folder of downloaded models; quantised forms are kept below it
 * @param cacheLimit bytes of blobs that are kept; the oldest unused ones go first
 * @param maxModel bytes of all files of one version
 * @param maxFiles files of one version
 * @param connectTimeout to the registry
 * @param readTimeout between two reads of a download
 * @param retryLeast wait before the second attempt; doubles with every attempt
 * @param retryMost longest wait between attempts
 * @param signatures what is done about versions that nobody vouches for; where nothing is set, trusted keys require signatures
 * @param trustedKeys whose signatures count: each in base64 of DER and, after a space, when it expires
 */
@Validated
@ConfigurationProperties("rivulet.models")
public record ModelsProperties(
        @DefaultValue("") String engine,
        @DefaultValue("16") @Min(1) @Max(1024) int slots,
        @DefaultValue("1") @Min(0) @Max(64) int spareSlots,
        @DefaultValue("0") @Min(0) @Max(131_072) int contextLength,
        @DefaultValue("0") @Min(0) @Max(256) int threads,
        @DefaultValue("128") @Min(1) @Max(4096) int prefillChunk,
        @DefaultValue("f32") WeightKind weights,
        @DefaultValue("f32") CacheKind kvCache,
        @DefaultValue Map<String, String> draft,
        @DefaultValue Map<String, Path> folders,
        @DefaultValue("64") @Min(1) @Max(1024) int adapterRank,
        @DefaultValue("model-cache") Path cache,
        @DefaultValue("20GB") DataSize cacheLimit,
        @DefaultValue("8GB") DataSize maxModel,
        @DefaultValue("256") @Min(1) @Max(10_000) int maxFiles,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("30s") Duration readTimeout,
        @DefaultValue("1s") Duration retryLeast,
        @DefaultValue("30s") Duration retryMost,
        @Nullable SignaturePolicy signatures,
        @DefaultValue List<String> trustedKeys) {

    private static final int MOST_SLOTS = 1024;
    private static final long SMALL_MODEL = DataSize.ofMegabytes(64).toBytes();

    public ModelsProperties {
        draft = Map.copyOf(draft);
        folders = Map.copyOf(folders);
        trustedKeys = List.copyOf(trustedKeys);
        trustedKeys.forEach(TrustedKey::parse);
        if (!folders.isEmpty() && SignaturePolicy.of(signatures, trustedKeys) == SignaturePolicy.REQUIRE) {
            throw new IllegalArgumentException("rivulet.models.folders are not signed, and signatures are required: "
                    + "register the models, or set rivulet.models.signatures to warn");
        }
    }

    /** Folder of the quantised forms of models. */
    Path quantised() {
        return cache.resolve("quantised");
    }

    /** Slots that the engine is asked for, at most {@value #MOST_SLOTS}. */
    int allSlots() {
        return Math.min(MOST_SLOTS, slots + spareSlots);
    }

    /**
     * Threads of one step of a model.
     *
     * @param modelBytes bytes of its files
     * @param cores of this machine
     */
    int grantedThreads(long modelBytes, int cores) {
        int all = modelBytes < SMALL_MODEL ? cores - 1 : cores;
        return threads > 0 ? threads : Math.max(1, all);
    }
}
