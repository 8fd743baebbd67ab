// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.modelpackage.folder.VisionDesign;

/** What stands for a picture in a prompt: a placeholder for each row, framed as Idefics3's processor frames them. */
record PictureText(VisionDesign design, int rows) {

    private static final String FRAME = "<fake_token_around_image>";
    private static final String WHOLE = "<global-img>";

    String of(PictureTiles.Grid grid) {
        String part = design.placeholder().repeat(rows);
        if (!design.framed()) {
            return part.repeat(grid.parts());
        }
        StringBuilder text = new StringBuilder();
        for (int row = 1; row <= grid.rows(); row++) {
            for (int column = 1; column <= grid.columns(); column++) {
                text.append(FRAME)
                        .append("<row_" + row + "_col_" + column + ">")
                        .append(part);
            }
            text.append('\n');
        }
        if (grid.rows() > 0) {
            text.append('\n');
        }
        return text.append(FRAME).append(WHOLE).append(part).append(FRAME).toString();
    }
}
