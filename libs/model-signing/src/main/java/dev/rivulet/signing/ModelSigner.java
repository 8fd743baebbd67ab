// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.signing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes what {@link SignatureCheck} judges. The command line makes the same from the outside. */
public final class ModelSigner {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final KeyPair pair;

    /** @param pair Ed25519 */
    public ModelSigner(KeyPair pair) {
        this.pair = pair;
    }

    /** The public key as services trust it. */
    public String trustedKey() {
        return base64(pair.getPublic().getEncoded());
    }

    /**
     * The bytes of {@value SignatureCheck#FILE} for a version.
     *
     * @param files SHA-256 by path, without the signature itself
     */
    public byte[] sign(String model, String version, Map<String, String> files) {
        return signStatement(statement(model, version, files));
    }

    private static byte[] statement(String model, String version, Map<String, String> files) {
        ObjectNode statement = JSON.createObjectNode();
        statement.put("_type", SignedStatement.TYPE).put("predicateType", SignedStatement.PREDICATE);
        statement.putArray("subject").addObject().put("name", model);
        ObjectNode predicate = statement.putObject("predicate");
        ArrayNode resources = predicate.putArray("resources");
        new TreeMap<>(files)
                .forEach((path, sha256) -> resources
                        .addObject()
                        .put("name", path)
                        .put("algorithm", "sha256")
                        .put("digest", sha256));
        predicate.putObject("rivulet").put("model", model).put("version", version);
        return JSON.writeValueAsBytes(statement);
    }

    /** A bundle around any statement. */
    byte[] signStatement(byte[] payload) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(SignatureCheck.preAuthentication(SignatureCheck.PAYLOAD, payload));
            return bundle(payload, signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key can't sign", e);
        }
    }

    /** A bundle around any statement and signature. */
    byte[] bundle(byte[] payload, byte[] signature) {
        ObjectNode bundle = JSON.createObjectNode();
        bundle.put("mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json");
        bundle.putObject("verificationMaterial")
                .putObject("publicKey")
                .put("hint", TrustedKey.id(pair.getPublic().getEncoded()));
        ObjectNode envelope = bundle.putObject("dsseEnvelope");
        envelope.put("payload", base64(payload)).put("payloadType", SignatureCheck.PAYLOAD);
        envelope.putArray("signatures").addObject().put("sig", base64(signature));
        return JSON.writeValueAsString(bundle).getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
