// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import dev.rivulet.problems.ProblemException;
import java.util.List;

/**
 * What a picture shall show. Parts stand in rows of about as many as there are rows. What is out of bounds here or in a part is
 * refused by a {@link ProblemException} {@code invalid_value} that names the field.
 *
 * @param title above the picture, also its name for those who can't see it; 1–80 characters
 * @param format how it is written
 * @param width in pixels, 64–2048
 * @param height in pixels, 64–2048
 * @param parts what it shows, 1–6
 */
public record DrawPicture(String title, Format format, int width, int height, List<PicturePart> parts) {

    private static final int SMALLEST = 64;
    private static final int LARGEST = 2048;
    private static final int MOST_PARTS = 6;

    /** How a picture is written. */
    public enum Format {
        SVG("image/svg+xml"),
        PNG("image/png");

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }
    }

    public DrawPicture {
        Bounds.text("title", title);
        Bounds.number("width", width, SMALLEST, LARGEST);
        Bounds.number("height", height, SMALLEST, LARGEST);
        parts = List.copyOf(parts);
        Bounds.count("parts", parts.size(), 1, MOST_PARTS);
    }
}
