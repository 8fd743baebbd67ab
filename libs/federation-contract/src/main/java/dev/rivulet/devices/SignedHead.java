// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a device signs of a request.
 *
 * @param device its id; empty while it enrols
 * @param method of HTTP, in capitals
 * @param target path and query as they are sent
 * @param offset where the bytes of a part begin; 0 for all other requests
 * @param timestampMs milliseconds since 1970
 * @param nonce 16 to 64 characters of {@code A-Z a-z 0-9 - _}
 * @param digest SHA-256 of the body, 64 lower-case hexadecimal digits
 */
public record SignedHead(
        String device, String method, String target, long offset, long timestampMs, String nonce, String digest) {

    private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern DEVICE = Pattern.compile("[0-9a-f-]{0,36}");
    private static final Pattern LINE = Pattern.compile("[!-~]{1,2048}");

    public SignedHead {
        require(DEVICE, device, "the device");
        require(LINE, method, "the method");
        require(LINE, target, "the target");
        require(NONCE, nonce, "the nonce");
        require(DIGEST, digest, "the digest of the body");
        if (offset < 0 || timestampMs < 0) {
            throw new IllegalArgumentException("offset and timestamp are not below 0");
        }
    }

    /** The bytes that are signed: {@code rivulet-federation-1} and the components, one on each line. */
    public byte[] bytes() {
        String text = String.join(
                "\n",
                "rivulet-federation-1",
                device,
                method,
                target,
                Long.toString(offset),
                Long.toString(timestampMs),
                nonce,
                digest);
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void require(Pattern pattern, String value, String what) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(what + " has not the form that is signed");
        }
    }
}
