// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import java.util.Base64;

/**
 * A picture that has been drawn.
 *
 * @param title its name
 * @param mediaType {@code image/svg+xml} or {@code image/png}
 * @param bytes the file; not to be changed
 */
public record Picture(String title, String mediaType, byte[] bytes) {

    /** The picture as an address that a page can show: {@code data:image/png;base64,…}. */
    public String dataUrl() {
        return "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }
}
