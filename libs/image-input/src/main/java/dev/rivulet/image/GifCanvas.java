// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What a GIF shows after each of its frames: they may cover a part, be transparent, and be taken away again (GIF89a, 23). */
final class GifCanvas {

    private final int width;
    private final int height;
    private byte[] rgb;
    private byte[] before;
    private String disposal = "none";
    private int left;
    private int top;
    private int wide;
    private int high;

    GifCanvas(int width, int height) {
        this.width = width;
        this.height = height;
        this.rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) 255);
        this.before = rgb;
    }

    void draw(BufferedImage frame, IIOMetadata metadata) {
        dispose();
        Element root = (Element) metadata.getAsTree(metadata.getNativeMetadataFormatName());
        Element place = child(root, "ImageDescriptor");
        left = number(place, "imageLeftPosition");
        top = number(place, "imageTopPosition");
        wide = Math.min(frame.getWidth(), width - left);
        high = Math.min(frame.getHeight(), height - top);
        Element control = child(root, "GraphicControlExtension");
        disposal = control == null ? "none" : control.getAttribute("disposalMethod");
        before = disposal.equals("restoreToPrevious") ? rgb.clone() : rgb;
        int[] row = new int[wide];
        for (int y = 0; y < high; y++) {
            frame.getRGB(0, y, wide, 1, row, 0, wide);
            for (int x = 0; x < wide; x++) {
                if (row[x] >>> 24 != 0) {
                    put(left + x, top + y, row[x]);
                }
            }
        }
    }

    private void dispose() {
        if (disposal.equals("restoreToPrevious")) {
            rgb = before;
        } else if (disposal.equals("restoreToBackgroundColor")) {
            for (int y = 0; y < high; y++) {
                int from = 3 * ((top + y) * width + left);
                Arrays.fill(rgb, from, from + 3 * wide, (byte) 255);
            }
        }
    }

    private void put(int x, int y, int colour) {
        int at = 3 * (y * width + x);
        rgb[at] = (byte) (colour >> 16);
        rgb[at + 1] = (byte) (colour >> 8);
        rgb[at + 2] = (byte) colour;
    }

    RgbImage shown() {
        return new RgbImage(width, height, rgb.clone());
    }

    private static @org.jspecify.annotations.Nullable Element child(Element root, String name) {
        for (Node node = root.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return (Element) node;
            }
        }
        return null;
    }

    private static int number(@org.jspecify.annotations.Nullable Element element, String attribute) {
        return element == null ? 0 : Integer.parseInt(element.getAttribute(attribute));
    }
}
