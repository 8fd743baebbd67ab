// SPDX-License-Identifier: Apache-2.0
/** The corpus of the building assistant: wordings, values, answers and whole dialogues, drawn from one seed. */
@NullMarked
package dev.rivulet.models;

import org.jspecify.annotations.NullMarked;
