// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a federation wants of devices that enrol.
 *
 * @param kind how a device shows it
 * @param keys attestation keys that are taken, base64 of DER (X.509 SubjectPublicKeyInfo) each; 1 to 10,000
 * @param digests of software, for {@link Kind#SOFTWARE}: SHA-256, 64 lowercase hexadecimal digits each
 * @param registers of the bank SHA-256, for {@link Kind#TPM}: value by number, 64 lowercase hexadecimal digits each
 */
public record Requirement(
        Kind kind,
        List<String> keys,
        @Nullable List<String> digests,
        @Nullable Map<Integer, String> registers) {

    private static final int MOST_KEYS = 10_000;
    private static final int MOST_DIGESTS = 1_000;

    /** How a device shows what it runs. */
    public enum Kind {
        /** A statement that an attestation key signs. */
        SOFTWARE,
        /** A TPM's quote. */
        TPM
    }

    public Requirement {
        if (kind == null || keys == null || keys.isEmpty() || keys.size() > MOST_KEYS) {
            throw new IllegalArgumentException("kind is SOFTWARE or TPM, and there are 1 to " + MOST_KEYS + " keys");
        }
        keys = List.copyOf(keys);
        digests = digests == null ? List.of() : List.copyOf(digests);
        registers = registers == null ? Map.of() : Map.copyOf(registers);
        if (digests.size() > MOST_DIGESTS
                || digests.stream().anyMatch(digest -> !digest.matches("[0-9a-f]{64}"))
                || (kind == Kind.SOFTWARE) == digests.isEmpty()
                || (kind == Kind.TPM) == registers.isEmpty()) {
            throw new IllegalArgumentException("SOFTWARE has 1 to " + MOST_DIGESTS
                    + " digests of 64 lowercase hexadecimal digits and no registers, TPM has registers and no digests");
        }
        attestor(kind, keys, digests, registers);
    }

    Attestor attestor() {
        return attestor(kind, keys, digests == null ? List.of() : digests, registers == null ? Map.of() : registers);
    }

    private static Attestor attestor(
            Kind kind, List<String> keys, List<String> digests, Map<Integer, String> registers) {
        return switch (kind) {
            case SOFTWARE -> new SoftwareAttestor(keys, digests);
            case TPM ->
                new TpmAttestor(
                        keys,
                        registers.entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        entry -> HexFormat.of().parseHex(entry.getValue()))));
        };
    }
}
