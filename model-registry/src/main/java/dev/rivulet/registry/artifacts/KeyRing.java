// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that wrap the data keys of blobs, from a file: one {@code id:base64} a line, 32 bytes each, the current one first. Lines
 * that are empty or begin with {@code #} are passed over. A data key is wrapped by AES-256-GCM, bound to its blob and to the key.
 */
final class KeyRing {

    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int MOST_KEYS = 100;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String FORM = "rivulet-blob-key-1";

    private final Path file;
    private final SecureRandom random;
    private volatile Map<String, SecretKey> keys;

    private KeyRing(Path file, Map<String, SecretKey> keys, SecureRandom random) {
        this.file = file;
        this.keys = keys;
        this.random = random;
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it can't be read or a line has another form; the message names the line, never a key
     */
    static KeyRing read(Path file, SecureRandom random) throws IOException {
        return new KeyRing(file, keys(file), random);
    }

    /** Reads the file again; if it can't be read, the keys stay. */
    void reload() throws IOException {
        keys = keys(file);
    }

    private static Map<String, SecretKey> keys(Path file) throws IOException {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(line, file + ", line " + (i + 1), keys);
            }
        }
        if (keys.isEmpty() || keys.size() > MOST_KEYS) {
            throw new IOException(file + " has " + keys.size() + " keys; 1 to " + MOST_KEYS + " are expected");
        }
        return Collections.unmodifiableMap(keys);
    }

    private String current() {
        return keys.keySet().iterator().next();
    }

    private static void add(String line, String place, Map<String, SecretKey> keys) throws IOException {
        int colon = line.indexOf(':');
        if (colon < 0 || !ID.matcher(line.substring(0, colon)).matches()) {
            throw new IOException(place + " is not of the form id:base64");
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(line.substring(colon + 1).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException(place + " holds a key that is not in base64", e);
        }
        if (key.length != KEY) {
            throw new IOException(place + " holds a key of " + key.length + " bytes; AES-256 has " + KEY);
        }
        if (keys.put(line.substring(0, colon), new SecretKeySpec(key, "AES")) != null) {
            throw new IOException(place + " names a key a second time");
        }
    }

    SecureRandom random() {
        return random;
    }

    /** A data key that nobody has used. */
    SecretKey newDataKey() {
        byte[] key = new byte[KEY];
        random.nextBytes(key);
        return new SecretKeySpec(key, "AES");
    }

    /** Wraps a data key with the current key: one line of text. */
    String wrap(SecretKey dataKey, Sha256 blob) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        String id = current();
        byte[] wrapped = crypt(Cipher.ENCRYPT_MODE, id, nonce, blob, dataKey.getEncoded(), 0);
        byte[] both = new byte[NONCE + wrapped.length];
        System.arraycopy(nonce, 0, both, 0, NONCE);
        System.arraycopy(wrapped, 0, both, NONCE, wrapped.length);
        return FORM + " " + id + " " + Base64.getEncoder().encodeToString(both) + "\n";
    }

    /**
     * Unwraps a data key.
     *
     * @throws IOException if the key that wrapped it is not here, or the line was tampered with or belongs to another blob
     */
    SecretKey unwrap(String line, Sha256 blob) throws IOException {
        String[] parts = parts(line);
        if (!keys.containsKey(parts[1])) {
            throw new IOException(
                    "The blob " + blob + " is sealed with the key '" + parts[1] + "', which is not at hand");
        }
        try {
            byte[] both = Base64.getDecoder().decode(parts[2]);
            byte[] key = crypt(Cipher.DECRYPT_MODE, parts[1], both, blob, both, NONCE);
            return new SecretKeySpec(key, "AES");
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IOException("The data key of the blob " + blob + " was tampered with", e);
        }
    }

    /** Whether a data key is wrapped with the current key. */
    boolean isCurrent(String line) throws IOException {
        return parts(line)[1].equals(current());
    }

    private static String[] parts(String line) throws IOException {
        String[] parts = line.strip().split(" ", -1);
        if (parts.length != 3 || !parts[0].equals(FORM)) {
            throw new IOException("The data key has a form that is not known");
        }
        return parts;
    }

    private byte[] crypt(int mode, String id, byte[] nonce, Sha256 blob, byte[] input, int from) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, keys.get(id), new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE));
            cipher.updateAAD((FORM + " " + id + " " + blob.hex()).getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input, from, input.length - from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The data key can't be wrapped or unwrapped", e);
        }
    }
}
