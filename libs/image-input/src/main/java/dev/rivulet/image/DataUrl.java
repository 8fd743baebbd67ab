// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import dev.rivulet.image.ImageRefusedException.Reason;
import java.util.Base64;
import java.util.regex.Pattern;

/** Images inside a URL (RFC 2397): {@code data:image/png;base64,…}. */
public final class DataUrl {

    private static final Pattern KIND =
            Pattern.compile("[A-Za-z0-9.+-]{1,40}/[A-Za-z0-9.+-]{1,80}(;[A-Za-z0-9=._-]{1,60})*");
    private static final int LONGEST_KIND = 300;
    private static final String ENCODED = ";base64";

    private DataUrl() {}

    /** Whether a URL is of this kind, whatever it holds. */
    public static boolean is(String url) {
        return url.regionMatches(true, 0, "data:", 0, 5);
    }

    /**
     * The bytes; what kind they are is told by themselves, not by the URL.
     *
     * @param most bytes that are accepted
     * @throws ImageRefusedException if the URL is malformed, not in base64 or larger
     */
    public static byte[] bytes(String url, int most) throws ImageRefusedException {
        int comma = url.substring(0, Math.min(url.length(), LONGEST_KIND)).indexOf(',');
        if (!is(url) || comma < 0) {
            throw ImageRefusedException.malformed("the URL is no data URL; send data:image/png;base64,…");
        }
        String kind = url.substring(5, comma);
        if (!kind.regionMatches(true, kind.length() - ENCODED.length(), ENCODED, 0, ENCODED.length())) {
            throw ImageRefusedException.malformed("the data URL is not in base64; send data:image/png;base64,…");
        }
        String type = kind.substring(0, kind.length() - ENCODED.length());
        if (!type.isEmpty() && !KIND.matcher(type).matches()) {
            throw ImageRefusedException.malformed("the media type of the data URL is malformed");
        }
        long size = (url.length() - comma - 1L) / 4 * 3;
        if (size > most + 3L) {
            throw new ImageRefusedException(
                    Reason.SIZE, "the image has about " + size + " bytes; at most " + most + " are read");
        }
        try {
            return Base64.getDecoder().decode(url.substring(comma + 1));
        } catch (IllegalArgumentException e) {
            throw ImageRefusedException.malformed("the data URL is no base64: " + e.getMessage());
        }
    }
}
