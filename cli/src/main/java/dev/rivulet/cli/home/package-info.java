// SPDX-License-Identifier: Apache-2.0
/** What belongs to one installation: folders, secrets, settings, parts and who runs. */
@NullMarked
package dev.rivulet.cli.home;

import org.jspecify.annotations.NullMarked;
