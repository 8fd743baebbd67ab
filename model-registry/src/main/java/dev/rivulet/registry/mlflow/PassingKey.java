// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.CipherOutputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for one file that this process writes and reads once; what a crash leaves of the file nobody can read. AES-256 in counter
 * mode: as long as what it hides, and what is read is held against its digest by whoever takes it.
 */
record PassingKey(byte[] key, byte[] counter) {

    private static final int KEY = 32;
    private static final int BLOCK = 16;

    static PassingKey random(SecureRandom random) {
        byte[] key = new byte[KEY];
        byte[] counter = new byte[BLOCK];
        random.nextBytes(key);
        random.nextBytes(counter);
        return new PassingKey(key, counter);
    }

    OutputStream writing(OutputStream out) throws IOException {
        return new CipherOutputStream(out, cipher(Cipher.ENCRYPT_MODE));
    }

    InputStream reading(InputStream in) throws IOException {
        return new CipherInputStream(in, cipher(Cipher.DECRYPT_MODE));
    }

    private Cipher cipher(int mode) throws IOException {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
