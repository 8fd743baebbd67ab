// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

/**
 * What a decoder sees with.
 *
 * @param encoder of pictures
 * @param recipe that makes pictures ready for it
 * @param placeholder text that a chat template writes where a picture is
 * @param token id of the placeholder, which each row of a picture stands for
 * @param framed whether rows are framed by tokens that say which part of a picture they are, as Idefics3 has it
 */
public record VisionDesign(VisionConfig encoder, PictureRecipe recipe, String placeholder, int token, boolean framed) {}
