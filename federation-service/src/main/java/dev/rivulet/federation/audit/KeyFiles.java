// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The keys of audit logs as files that this user alone may read: {@code signing.pem} (Ed25519: PKCS #8 and the public key) and
 * {@code pseudonyms.key} (64 hexadecimal digits). What is missing is made at the start; a file appears whole or not at all, and of two
 * processes that make it both read the one that was first.
 */
final class KeyFiles {

    private static final int SECRET_BYTES = 32;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final byte[] PROOF = "rivulet-audit-key".getBytes(StandardCharsets.UTF_8);

    private final Path folder;
    private final RandomGenerator random;

    /** @param random of secrets */
    KeyFiles(Path folder, RandomGenerator random) {
        this.folder = folder;
        this.random = random;
    }

    /** The signing key; {@link IllegalStateException} if the files are no pair of keys. */
    KeyPair signing() {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("signing.pem");
            if (!Files.exists(file)) {
                KeyPair made = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                keep(
                        file,
                        pem("PRIVATE", made.getPrivate().getEncoded())
                                + pem("PUBLIC", made.getPublic().getEncoded()));
            }
            return pair(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException("The signing key in " + folder + " can't be used", e);
        }
    }

    /**
     * Signing keys that were replaced: {@code signing-….pem}, such as the one of {@code signing.pem} before it was given that name.
     *
     * @throws IllegalStateException if one of the files is no pair of keys
     */
    List<KeyPair> retired() {
        List<KeyPair> retired = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "signing-*.pem")) {
                for (Path file : files) {
                    retired.add(pair(file));
                }
            }
            return retired;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException("A signing key that was replaced, in " + folder + ", can't be read", e);
        }
    }

    private static KeyPair pair(Path file) throws IOException, GeneralSecurityException {
        String text = Files.readString(file);
        KeyFactory keys = KeyFactory.getInstance("Ed25519");
        PrivateKey secret = keys.generatePrivate(new PKCS8EncodedKeySpec(der("PRIVATE", text)));
        PublicKey open = keys.generatePublic(new X509EncodedKeySpec(der("PUBLIC", text)));
        requirePair(secret, open, file);
        return new KeyPair(open, secret);
    }

    /** What pseudonyms are made with, 32 bytes. */
    byte[] secret() {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("pseudonyms.key");
            if (!Files.exists(file)) {
                byte[] fresh = new byte[SECRET_BYTES];
                random.nextBytes(fresh);
                keep(file, HexFormat.of().formatHex(fresh) + "\n");
            }
            return HexFormat.of().parseHex(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code PUBLIC KEY} in PEM, as {@code openssl pkey -pubout} writes it. */
    static String pem(PublicKey key) {
        return pem("PUBLIC", key.getEncoded());
    }

    private static void requirePair(PrivateKey secret, PublicKey open, Path file) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(secret);
        signature.update(PROOF);
        byte[] signed = signature.sign();
        signature.initVerify(open);
        signature.update(PROOF);
        if (!signature.verify(signed)) {
            throw new IllegalStateException("The two keys in " + file + " are not a pair");
        }
    }

    private void keep(Path file, String text) throws IOException {
        Path beside = folder.resolve(file.getFileName() + "." + UUID.randomUUID());
        try {
            Files.createFile(beside, own());
            try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
            Files.createLink(file, beside);
        } catch (FileAlreadyExistsException e) {
            // Another process was first; its key is read.
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private FileAttribute<?>[] own() throws IOException {
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + " KEY-----\n" + LINES.encodeToString(der) + "\n-----END " + kind + " KEY-----\n";
    }

    private static byte[] der(String kind, String text) {
        String begin = "-----BEGIN " + kind + " KEY-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + kind + " KEY-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("there is no " + kind + " KEY in PEM");
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }
}
