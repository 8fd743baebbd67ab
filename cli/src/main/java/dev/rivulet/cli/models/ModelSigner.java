// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signs versions of models with an Ed25519 key: an in-toto statement in the form of OpenSSF Model Signing, in a DSSE envelope, in a
 * sigstore bundle. The statement names every file with its digest, and the model and the version, so that it holds for nothing else.
 */
final class ModelSigner {
    /** The file of a version that holds its signature. */
    static final String FILE = "model.sig";

    private static final String PAYLOAD = "application/vnd.in-toto+json";
    private static final int LARGEST_KEY = 1 << 14;

    private final PrivateKey key;
    private final byte[] publicKey;

    private ModelSigner(PrivateKey key, byte[] publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /**
     * Reads the two keys that {@code openssl genpkey -algorithm ed25519} and {@code openssl pkey -pubout} write.
     *
     * @param file PKCS#8 in PEM
     * @param publicFile X.509 in PEM
     */
    static ModelSigner read(Path file, Path publicFile) throws IOException {
        try {
            KeyFactory ed25519 = KeyFactory.getInstance("Ed25519");
            PrivateKey key = ed25519.generatePrivate(new PKCS8EncodedKeySpec(der(file, "PRIVATE KEY")));
            byte[] publicKey = der(publicFile, "PUBLIC KEY");
            ModelSigner signer = new ModelSigner(key, publicKey);
            signer.requirePair(ed25519, file, publicFile);
            return signer;
        } catch (GeneralSecurityException e) {
            throw new UsageException(file + " or " + publicFile + " is no Ed25519 key.");
        }
    }

    private void requirePair(KeyFactory ed25519, Path file, Path publicFile) throws GeneralSecurityException {
        Signature check = Signature.getInstance("Ed25519");
        check.initVerify(ed25519.generatePublic(new X509EncodedKeySpec(publicKey)));
        check.update(publicKey);
        if (!check.verify(signed(publicKey))) {
            throw new UsageException(publicFile + " is not the public key of " + file + ".");
        }
    }

    private static byte[] der(Path file, String kind) throws IOException {
        String pem;
        try {
            pem = Files.size(file) > LARGEST_KEY ? "" : Files.readString(file, StandardCharsets.US_ASCII);
        } catch (NoSuchFileException e) {
            throw new UsageException(
                    file + " is not there. Make a key with: openssl genpkey -algorithm ed25519 -out key.pem"
                            + " && openssl pkey -in key.pem -pubout -out key.pub");
        }
        String begin = "-----BEGIN " + kind + "-----";
        String end = "-----END " + kind + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf(end);
        if (from < 0 || to < from) {
            throw new UsageException(file + " holds no " + kind + " in PEM.");
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new UsageException(file + " holds a " + kind + " that is not in base64.");
        }
    }

    /** How services name the key that they trust. */
    String trustedKey() {
        return Base64.getEncoder().encodeToString(publicKey);
    }

    /** The bytes of {@value #FILE} for a version. */
    byte[] sign(String model, String version, List<ModelFolder.ModelFile> files) {
        byte[] payload = new JsonMapper().writeValueAsBytes(statement(model, version, files));
        Map<String, Object> signature = new LinkedHashMap<>();
        signature.put("sig", Base64.getEncoder().encodeToString(signed(preAuthentication(payload))));
        signature.put("keyid", "");
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("payload", Base64.getEncoder().encodeToString(payload));
        envelope.put("payloadType", PAYLOAD);
        envelope.put("signatures", List.of(signature));
        Map<String, Object> material = new LinkedHashMap<>();
        material.put(
                "publicKey",
                Map.of("hint", HexFormat.of().formatHex(sha256(publicKey)).substring(0, 16)));
        material.put("tlogEntries", List.of());
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put("mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json");
        bundle.put("verificationMaterial", material);
        bundle.put("dsseEnvelope", envelope);
        return new JsonMapper().writeValueAsBytes(bundle);
    }

    private static Map<String, Object> statement(String model, String version, List<ModelFolder.ModelFile> files) {
        List<Map<String, Object>> resources = new ArrayList<>();
        MessageDigest root = digest();
        for (ModelFolder.ModelFile file : files) {
            Map<String, Object> resource = new LinkedHashMap<>();
            resource.put("name", file.path());
            resource.put("algorithm", "sha256");
            resource.put("digest", file.sha256());
            resources.add(resource);
            root.update(HexFormat.of().parseHex(file.sha256()));
        }
        Map<String, Object> serialization = new LinkedHashMap<>();
        serialization.put("method", "files");
        serialization.put("hash_type", "sha256");
        serialization.put("allow_symlinks", false);
        serialization.put("ignore_paths", List.of(FILE));
        Map<String, Object> bound = new LinkedHashMap<>();
        bound.put("model", model);
        bound.put("version", version);
        Map<String, Object> predicate = new LinkedHashMap<>();
        predicate.put("serialization", serialization);
        predicate.put("resources", resources);
        predicate.put("rivulet", bound);
        Map<String, Object> subject = new LinkedHashMap<>();
        subject.put("name", model);
        subject.put("digest", Map.of("sha256", HexFormat.of().formatHex(root.digest())));
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("_type", "https://in-toto.io/Statement/v1");
        statement.put("subject", List.of(subject));
        statement.put("predicateType", "https://model_signing/signature/v1.0");
        statement.put("predicate", predicate);
        return statement;
    }

    /** What DSSE signs. */
    private static byte[] preAuthentication(byte[] payload) {
        byte[] head = ("DSSEv1 " + PAYLOAD.length() + " " + PAYLOAD + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + payload.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(payload, 0, all, head.length, payload.length);
        return all;
    }

    private byte[] signed(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key can't sign", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        return digest().digest(bytes);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
