// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image.pixels;

/** Filters of a resize, with the widths that Pillow gives them. */
public enum Resampling {
    BOX(0.5) {
        @Override
        double weight(double distance) {
            return distance > -0.5 && distance <= 0.5 ? 1 : 0;
        }
    },
    BILINEAR(1) {
        @Override
        double weight(double distance) {
            return Math.max(0, 1 - Math.abs(distance));
        }
    },
    /** With a = -0.5. */
    BICUBIC(2) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            double a = -0.5;
            if (x < 1) {
                return ((a + 2) * x - (a + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
        }
    },
    LANCZOS(3) {
        @Override
        double weight(double distance) {
            return distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
        }
    };

    private final double support;

    Resampling(double support) {
        this.support = support;
    }

    /** How far it reaches, in pixels of the smaller picture. */
    double support() {
        return support;
    }

    abstract double weight(double distance);

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }

    /**
     * By the numbers of {@code preprocessor_config.json}, which are Pillow's.
     *
     * @throws IllegalArgumentException if it is none of 1 to 4
     */
    public static Resampling of(int number) {
        return switch (number) {
            case 1 -> LANCZOS;
            case 2 -> BILINEAR;
            case 3 -> BICUBIC;
            case 4 -> BOX;
            default -> throw new IllegalArgumentException("resample " + number + " is none of 1 to 4");
        };
    }
}
