// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.image.RgbImage;
import dev.rivulet.image.pixels.Pictures;
import dev.rivulet.image.pixels.Resampling;
import dev.rivulet.image.pixels.Resizer;
import dev.rivulet.modelpackage.folder.PictureRecipe;
import dev.rivulet.modelpackage.folder.PictureRecipe.Middle;
import dev.rivulet.modelpackage.folder.PictureRecipe.Squares;
import dev.rivulet.modelpackage.folder.PictureRecipe.Stretched;
import java.util.ArrayList;
import java.util.List;

/** Cuts and resizes pictures by a recipe, with the rounding of the reference processors. */
final class PictureTiles {

    /** Longest side that Idefics3's processor resizes to. */
    private static final int LONGEST = 4096;

    private final PictureRecipe recipe;
    private final Resampling filter;

    PictureTiles(PictureRecipe recipe) {
        this.recipe = recipe;
        this.filter = Resampling.of(recipe.resampling());
    }

    /**
     * How a picture is split.
     *
     * @param rows of parts; 0 if it is read as a whole alone
     * @param columns of parts; 0 if it is read as a whole alone
     */
    record Grid(int rows, int columns) {

        static final Grid WHOLE = new Grid(0, 0);

        /** Pictures that are read: the parts, and the whole. */
        int parts() {
            return rows * columns + 1;
        }
    }

    /** Sizes in pixels. */
    private record Size(int width, int height) {}

    Grid grid(int width, int height) {
        if (!(recipe.shape() instanceof Squares squares) || !squares.splitting()) {
            return Grid.WHOLE;
        }
        Size whole = stretched(resized(new Size(width, height), squares), squares.square());
        boolean one = whole.width() <= squares.square() && whole.height() <= squares.square();
        return one ? Grid.WHOLE : new Grid(whole.height() / squares.square(), whole.width() / squares.square());
    }

    /** What the encoder reads: each part, row by row, then the whole. */
    float[][] planes(RgbImage image) {
        List<RgbImage> parts = switch (recipe.shape()) {
            case Squares squares -> squares(image, squares);
            case Middle middle -> List.of(middle(image, middle));
            case Stretched stretched -> List.of(Resizer.resize(image, stretched.square(), stretched.square(), filter));
        };
        double[] mean = recipe.mean().stream().mapToDouble(Double::doubleValue).toArray();
        double[] deviation =
                recipe.deviation().stream().mapToDouble(Double::doubleValue).toArray();
        return parts.stream()
                .map(part -> Pictures.planes(part, recipe.factor(), mean, deviation))
                .toArray(float[][]::new);
    }

    private List<RgbImage> squares(RgbImage image, Squares squares) {
        Size first = resized(new Size(image.width(), image.height()), squares);
        RgbImage resized = Resizer.resize(image, first.width(), first.height(), filter);
        int side = squares.square();
        if (!squares.splitting()) {
            return List.of(Resizer.resize(resized, side, side, filter));
        }
        Size size = stretched(first, side);
        RgbImage whole = Resizer.resize(resized, size.width(), size.height(), filter);
        List<RgbImage> parts = new ArrayList<>();
        if (size.width() > side || size.height() > side) {
            for (int top = 0; top < size.height(); top += side) {
                for (int left = 0; left < size.width(); left += side) {
                    parts.add(Pictures.part(whole, left, top, side, side));
                }
            }
        }
        parts.add(Resizer.resize(whole, side, side, filter));
        return parts;
    }

    /** The longer side gets its length, the other one goes with it, rounded down and then up to an even number. */
    private static Size resized(Size size, Squares squares) {
        if (squares.longest() == 0) {
            return size;
        }
        int longest = squares.longest();
        double ratio = (double) size.width() / size.height();
        if (size.width() >= size.height()) {
            int height = (int) (longest / ratio);
            return bounded(longest, height + height % 2);
        }
        int width = (int) (longest * ratio);
        return bounded(width + width % 2, longest);
    }

    private static Size bounded(int wide, int high) {
        int width = Math.max(1, wide);
        int height = Math.max(1, high);
        double ratio = (double) width / height;
        if (width >= height && width > LONGEST) {
            return new Size(LONGEST, Math.max(1, (int) (LONGEST / ratio)));
        }
        if (height > width && height > LONGEST) {
            return new Size(Math.max(1, (int) (LONGEST * ratio)), LONGEST);
        }
        return new Size(width, height);
    }

    private static Size stretched(Size size, int side) {
        double ratio = (double) size.width() / size.height();
        if (size.width() >= size.height()) {
            int width = whole(size.width(), side);
            return new Size(width, whole((int) (width / ratio), side));
        }
        int height = whole(size.height(), side);
        return new Size(whole((int) (height * ratio), side), height);
    }

    private static int whole(int length, int side) {
        return Math.ceilDiv(length, side) * side;
    }

    private RgbImage middle(RgbImage image, Middle middle) {
        RgbImage source = middle.padded() ? padded(image) : image;
        int width = source.width();
        int height = source.height();
        int shortest = middle.shortest();
        int longest = (int) ((double) shortest * Math.max(width, height) / Math.min(width, height));
        RgbImage resized = width <= height
                ? Resizer.resize(source, shortest, longest, filter)
                : Resizer.resize(source, longest, shortest, filter);
        return Pictures.middle(resized, middle.square(), middle.square());
    }

    private RgbImage padded(RgbImage image) {
        int[] mean =
                recipe.mean().stream().mapToInt(value -> (int) (value * 255)).toArray();
        return Pictures.square(image, mean[0], mean[1], mean[2]);
    }
}
