// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

/** Turns and mirrors a picture so that it stands as EXIF's orientation says (CIPA DC-008, table 5). */
final class Orientation {

    private Orientation() {}

    /** @param orientation 1 to 8 */
    static RgbImage upright(RgbImage image, int orientation) {
        if (orientation == 1) {
            return image;
        }
        boolean lying = orientation >= 5;
        int width = lying ? image.height() : image.width();
        int height = lying ? image.width() : image.height();
        byte[] turned = new byte[image.rgb().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = 3 * source(image, orientation, x, y);
                int to = 3 * (y * width + x);
                turned[to] = image.rgb()[from];
                turned[to + 1] = image.rgb()[from + 1];
                turned[to + 2] = image.rgb()[from + 2];
            }
        }
        return new RgbImage(width, height, turned);
    }

    /** The pixel of the stored picture that is shown at a place. */
    private static int source(RgbImage image, int orientation, int x, int y) {
        int right = image.width() - 1;
        int bottom = image.height() - 1;
        int column = switch (orientation) {
            case 2, 3 -> right - x;
            case 4 -> x;
            case 5, 6 -> y;
            default -> right - y;
        };
        int row = switch (orientation) {
            case 2 -> y;
            case 3, 4 -> bottom - y;
            case 5, 8 -> x;
            default -> bottom - x;
        };
        return row * image.width() + column;
    }
}
