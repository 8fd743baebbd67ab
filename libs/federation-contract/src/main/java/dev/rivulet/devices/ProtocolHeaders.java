// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

/** Headers and the media type of the protocol. */
public final class ProtocolHeaders {

    /** Id of the device; absent while it enrols. */
    public static final String DEVICE = "Rivulet-Device";
    /** Milliseconds since 1970 when the request was signed. */
    public static final String TIMESTAMP = "Rivulet-Timestamp";
    /** 16 to 64 characters of {@code A-Z a-z 0-9 - _}, never used twice by a device. */
    public static final String NONCE = "Rivulet-Nonce";
    /** SHA-256 of the body in hexadecimal. */
    public static final String DIGEST = "Rivulet-Body-SHA256";
    /** Signature in unpadded base64url. */
    public static final String SIGNATURE = "Rivulet-Signature";
    /** Id of the session whose key has signed; absent where the device's key has. */
    public static final String SESSION = "Rivulet-Session";
    /** Where the bytes of a part of an upload begin. */
    public static final String OFFSET = "Rivulet-Offset";
    /** Of all bodies but bytes of models and updates. */
    public static final String PROTOBUF = "application/x-protobuf";

    private ProtocolHeaders() {}
}
