// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.signing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Judges the file {@value #FILE} of a version: a sigstore bundle with a DSSE envelope, signed with an Ed25519 key. Safe for many
 * threads.
 */
public final class SignatureCheck {

    /** The file of a version that holds its signature; the only one that is not signed. */
    public static final String FILE = "model.sig";

    /** Bytes that the file may have. */
    public static final int MOST_BYTES = 1 << 20;

    static final String PAYLOAD = "application/vnd.in-toto+json";

    private final List<TrustedKey> keys;
    private final Clock clock;

    /** @param keys whose signatures count */
    public SignatureCheck(List<TrustedKey> keys, Clock clock) {
        this.keys = List.copyOf(keys);
        this.clock = clock;
    }

    /** A check with the keys of a setting. */
    public static SignatureCheck of(List<String> trustedKeys, Clock clock) {
        return new SignatureCheck(trustedKeys.stream().map(TrustedKey::parse).toList(), clock);
    }

    /**
     * Judges a version.
     *
     * @param bundle bytes of {@value #FILE}; null if the version has no such file
     * @param files SHA-256 of every file of the version by path, {@value #FILE} included or not
     */
    public Verdict judge(byte @Nullable [] bundle, String model, String version, Map<String, String> files) {
        if (bundle == null) {
            return new Verdict.Refused("the version is not signed: it has no " + FILE);
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(bundle);
            String keyId = json.path("verificationMaterial")
                    .path("publicKey")
                    .path("hint")
                    .asString("");
            JsonNode envelope = json.path("dsseEnvelope");
            byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asString(""));
            TrustedKey key = trusted(keyId);
            verify(key, envelope, payload);
            requireSame(SignedStatement.read(payload), model, version, files);
            return new Verdict.Trusted(keyId);
        } catch (JacksonException e) {
            return new Verdict.Refused(FILE + " is not JSON");
        } catch (GeneralSecurityException e) {
            return new Verdict.Refused("the signature can't be checked: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            return new Verdict.Refused(String.valueOf(e.getMessage()));
        }
    }

    private TrustedKey trusted(String id) {
        TrustedKey key = keys.stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the signature is by the key '" + shown(id) + "', which is not trusted here"));
        if (key.isExpired(clock.instant())) {
            throw new IllegalArgumentException("the key '" + id + "' of the signature expired at " + key.notAfter());
        }
        return key;
    }

    private static void verify(TrustedKey key, JsonNode envelope, byte[] payload) throws GeneralSecurityException {
        String type = envelope.path("payloadType").asString("");
        JsonNode signatures = envelope.path("signatures");
        if (!type.equals(PAYLOAD) || signatures.size() != 1) {
            throw new IllegalArgumentException(FILE + " is not one signature over " + PAYLOAD);
        }
        Signature ed25519 = Signature.getInstance("Ed25519");
        ed25519.initVerify(key.key());
        ed25519.update(preAuthentication(type, payload));
        byte[] signature =
                Base64.getDecoder().decode(signatures.path(0).path("sig").asString(""));
        if (signature.length != 64 || !matches(ed25519, signature)) {
            throw new IllegalArgumentException("the signature of the key '" + key.id()
                    + "' does not match what it should have signed: one of them was changed");
        }
    }

    /** Bytes that can't be a signature at all are none, like those of another one. */
    private static boolean matches(Signature ed25519, byte[] signature) {
        try {
            return ed25519.verify(signature);
        } catch (SignatureException e) {
            return false;
        }
    }

    /** What DSSE signs (its specification calls it PAE). */
    static byte[] preAuthentication(String type, byte[] payload) {
        byte[] head =
                ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ").getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[head.length + payload.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(payload, 0, all, head.length, payload.length);
        return all;
    }

    private static void requireSame(SignedStatement signed, String model, String version, Map<String, String> files) {
        if (!signed.model().equals(model) || !signed.version().equals(version)) {
            throw new IllegalArgumentException("the signature is for " + shown(signed.model()) + ":"
                    + shown(signed.version()) + ", not for " + model + ":" + version);
        }
        files.forEach((path, sha256) -> {
            String told = signed.files().get(path);
            if (!path.equals(FILE) && told == null) {
                throw new IllegalArgumentException("the file '" + path + "' is not signed");
            }
            if (!path.equals(FILE) && !sha256.equals(told)) {
                throw new IllegalArgumentException("the file '" + path + "' has other bytes than were signed");
            }
        });
        for (String path : signed.files().keySet()) {
            if (!files.containsKey(path) || path.equals(FILE)) {
                throw new IllegalArgumentException("the signed file '" + shown(path) + "' is missing");
            }
        }
    }

    private static String shown(String value) {
        String plain = value.replaceAll("\\p{C}", "?");
        return plain.length() > 80 ? plain.substring(0, 80) + "…" : plain;
    }
}
