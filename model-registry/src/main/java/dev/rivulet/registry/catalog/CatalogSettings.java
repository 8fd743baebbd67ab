// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.signing.SignaturePolicy;
import dev.rivulet.signing.TrustedKey;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of the catalogue.
 *
 * @param registryUrl where replicas reach this service; it goes into events
 * @param maxModels in the registry
 * @param maxFiles of one version
 * @param maxTags of one version
 * @param maxAliases of one model
 * @param maxEventBytes of the record that tells of a model with all its versions; below the broker's message limit
 * @param signatures what is done about versions that nobody vouches for; where nothing is set, trusted keys require signatures
 * @param trustedKeys whose signatures count: each in base64 of DER and, after a space, when it expires
 */
@Validated
@ConfigurationProperties("rivulet.catalog")
record CatalogSettings(
        @Pattern(regexp = "https?://.+[^/]", message = "must be an http(s) URL without a slash at its end")
        @DefaultValue("http://127.0.0.1:7102")
        String registryUrl,

        @DefaultValue("10000") @Min(1) int maxModels,
        @DefaultValue("256") @Min(1) @Max(10_000) int maxFiles,
        @DefaultValue("64") @Min(0) @Max(1000) int maxTags,
        @DefaultValue("32") @Min(1) @Max(1000) int maxAliases,
        @DefaultValue("900000") @Min(1000) int maxEventBytes,
        @Nullable SignaturePolicy signatures,
        @DefaultValue List<String> trustedKeys) {

    CatalogSettings {
        trustedKeys = List.copyOf(trustedKeys);
        trustedKeys.forEach(TrustedKey::parse);
    }
}
