// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.PictureRecipe.Middle;
import dev.rivulet.modelpackage.folder.PictureRecipe.Shape;
import dev.rivulet.modelpackage.folder.PictureRecipe.Squares;
import dev.rivulet.modelpackage.folder.PictureRecipe.Stretched;
import java.util.List;
import java.util.Optional;

/** Reads {@code preprocessor_config.json}; what it leaves out is as the reference implementation has it. */
final class PictureReader {

    static final String FILE = "preprocessor_config.json";

    private static final int LARGEST = 4096;
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

    /** Defaults of a processor. */
    enum Kind {
        IDEFICS(1, HALF, HALF),
        CLIP(3, CLIP_MEAN, CLIP_DEVIATION),
        SIGLIP(3, HALF, HALF);

        private final int resampling;
        private final List<Double> mean;
        private final List<Double> deviation;

        Kind(int resampling, List<Double> mean, List<Double> deviation) {
            this.resampling = resampling;
            this.mean = mean;
            this.deviation = deviation;
        }
    }

    private final ConfigJson json;
    private final Kind kind;

    private PictureReader(ConfigJson json, Kind kind) {
        this.json = json;
        this.kind = kind;
    }

    static PictureRecipe read(ConfigJson json, Kind kind) throws ModelRejectedException {
        return new PictureReader(json, kind).read();
    }

    private PictureRecipe read() throws ModelRejectedException {
        boolean normalised = json.flag("do_normalize", true);
        boolean scaled = json.flag("do_rescale", true);
        List<Double> mean = normalised ? three("image_mean", -1000, kind.mean) : List.of(0.0, 0.0, 0.0);
        List<Double> deviation = normalised ? three("image_std", 1e-6, kind.deviation) : List.of(1.0, 1.0, 1.0);
        return new PictureRecipe(
                shape(),
                json.optionalNumber("resample", 1, 4).orElse(kind.resampling),
                scaled ? json.real("rescale_factor", 1e-9, 1e3).orElse(1 / 255.0) : 1,
                mean,
                deviation);
    }

    private List<Double> three(String field, double least, List<Double> otherwise) throws ModelRejectedException {
        List<Double> given = json.reals(field, least, 1000, 3);
        if (!given.isEmpty() && given.size() != 3) {
            throw json.refuse(field, "must have 3 numbers");
        }
        return given.isEmpty() ? otherwise : given;
    }

    private Shape shape() throws ModelRejectedException {
        return switch (kind) {
            case IDEFICS -> squares();
            case CLIP -> middle();
            case SIGLIP -> new Stretched(side("size", "height", 224));
        };
    }

    private Squares squares() throws ModelRejectedException {
        int longest = side("size", "longest_edge", 4 * 364);
        int square = side("max_image_size", "longest_edge", 364);
        return new Squares(json.flag("do_resize", true) ? longest : 0, square, json.flag("do_image_splitting", true));
    }

    /** Files of older versions give a number where newer ones give an object. */
    private Shape middle() throws ModelRejectedException {
        Optional<ConfigJson> size = json.isObject("size") ? json.object("size") : Optional.empty();
        if (size.isPresent() && size.get().has("height")) {
            return new Stretched(side("size", "height", 224));
        }
        int shortest = side("size", "shortest_edge", 224);
        int square = side("crop_size", "height", 224);
        if (!json.flag("do_center_crop", true) || !json.flag("do_resize", true)) {
            throw json.refuse("do_center_crop", "and do_resize must be true");
        }
        return new Middle(shortest, square, json.flag("do_pad", false));
    }

    private int side(String field, String edge, int otherwise) throws ModelRejectedException {
        if (!json.has(field)) {
            return otherwise;
        }
        return json.isObject(field)
                ? json.object(field).orElseThrow().number(edge, 1, LARGEST)
                : json.number(field, 1, LARGEST);
    }
}
