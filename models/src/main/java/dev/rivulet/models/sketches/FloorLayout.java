// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Where the rooms, walls, doors and windows of a floor plan stand. */
final class FloorLayout {
    private static final double DOOR = 0.34;
    private static final double PITCH = 0.5;

    /** A room's rectangle. */
    private record Room(double left, double top, double right, double bottom) {
        double wide() {
            return right - left;
        }

        double high() {
            return bottom - top;
        }
    }

    /**
     * A piece of wall between corners.
     *
     * @param upright whether it stands at one x
     * @param at its x if upright, else its y
     * @param inner whether rooms lie on both sides
     */
    private record Wall(boolean upright, double at, double from, double to, boolean inner) {
        double[] points(double begin, double end) {
            return upright ? new double[] {at, begin, at, end} : new double[] {begin, at, end, at};
        }
    }

    /** A place in a wall that a door or a window can take. */
    private record Opening(Wall wall, double middle) {}

    private final FloorPlan plan;
    private final List<Wall> walls;

    private FloorLayout(FloorPlan plan, List<Wall> walls) {
        this.plan = plan;
        this.walls = walls;
    }

    static FloorLayout of(FloorPlan plan, RandomGenerator random) {
        List<Room> rooms = rooms(plan, random);
        List<Wall> walls = new ArrayList<>(walls(rooms, true));
        walls.addAll(walls(rooms, false));
        return new FloorLayout(plan, walls);
    }

    private static List<Room> rooms(FloorPlan plan, RandomGenerator random) {
        double half = random.nextDouble(0.75, 0.95);
        return switch (plan.shape()) {
            case RECTANGLE -> split(List.of(new Room(-0.95, -half, 0.95, half)), plan.rooms(), random);
            case L_SHAPE -> split(corner(random), plan.rooms(), random);
            case CORRIDOR -> {
                int above = (plan.rooms() + random.nextInt(2)) / 2;
                List<Room> rooms = new ArrayList<>(List.of(new Room(-0.95, -0.14, 0.95, 0.14)));
                rooms.addAll(split(List.of(new Room(-0.95, -half, 0.95, -0.14)), above, random));
                rooms.addAll(split(List.of(new Room(-0.95, 0.14, 0.95, half)), plan.rooms() - above, random));
                yield rooms;
            }
        };
    }

    private static List<Room> corner(RandomGenerator random) {
        double x = random.nextDouble(-0.2, 0.1);
        double y = random.nextDouble(-0.1, 0.2);
        boolean left = random.nextBoolean();
        Room tower = left ? new Room(-0.95, -0.95, x, 0.95) : new Room(-x, -0.95, 0.95, 0.95);
        boolean below = random.nextBoolean();
        double top = below ? y : -0.95;
        double bottom = below ? 0.95 : -y;
        Room wing = left ? new Room(x, top, 0.95, bottom) : new Room(-0.95, top, -x, bottom);
        return List.of(tower, wing);
    }

    /** Splits the largest room across its longer side until there are enough. */
    private static List<Room> split(List<Room> given, int count, RandomGenerator random) {
        List<Room> rooms = new ArrayList<>(given);
        while (rooms.size() < count) {
            Room room = Collections.max(rooms, Comparator.comparingDouble(one -> one.wide() * one.high()));
            rooms.remove(room);
            double share = random.nextDouble(0.42, 0.58);
            if (room.wide() > room.high()) {
                double x = room.left() + share * room.wide();
                rooms.add(new Room(room.left(), room.top(), x, room.bottom()));
                rooms.add(new Room(x, room.top(), room.right(), room.bottom()));
            } else {
                double y = room.top() + share * room.high();
                rooms.add(new Room(room.left(), room.top(), room.right(), y));
                rooms.add(new Room(room.left(), y, room.right(), room.bottom()));
            }
        }
        return rooms;
    }

    private static List<Wall> walls(List<Room> rooms, boolean upright) {
        TreeSet<Double> lines = new TreeSet<>();
        TreeSet<Double> ends = new TreeSet<>();
        for (Room room : rooms) {
            lines.addAll(upright ? List.of(room.left(), room.right()) : List.of(room.top(), room.bottom()));
            ends.addAll(upright ? List.of(room.top(), room.bottom()) : List.of(room.left(), room.right()));
        }
        List<Wall> walls = new ArrayList<>();
        for (double line : lines) {
            double from = ends.getFirst();
            int before = 0;
            for (double to : ends) {
                double middle = (from + to) / 2;
                int sides = to > from ? sides(rooms, upright, line, middle) : 0;
                if (sides > 0 && sides == before && walls.getLast().to() == from) {
                    Wall last = walls.removeLast();
                    walls.add(new Wall(upright, line, last.from(), to, sides == 2));
                } else if (sides > 0) {
                    walls.add(new Wall(upright, line, from, to, sides == 2));
                }
                before = sides;
                from = to;
            }
        }
        return walls;
    }

    /** How many rooms have that point on an edge. */
    private static int sides(List<Room> rooms, boolean upright, double line, double middle) {
        int sides = 0;
        for (Room room : rooms) {
            double low = upright ? room.left() : room.top();
            double high = upright ? room.right() : room.bottom();
            double begin = upright ? room.top() : room.left();
            double end = upright ? room.bottom() : room.right();
            if ((low == line || high == line) && begin < middle && middle < end) {
                sides++;
            }
        }
        return sides;
    }

    void draw(Pen pen, RandomGenerator random) {
        List<Opening> places = new ArrayList<>();
        for (Wall wall : walls) {
            double length = wall.to() - wall.from();
            int room = (int) ((length - 0.08) / PITCH);
            for (int place = 0; place < room; place++) {
                places.add(new Opening(wall, wall.from() + length * (place + 0.5) / room));
            }
        }
        Collections.shuffle(places, Random.from(random));
        List<Opening> doors = take(places, plan.doors());
        places.removeAll(doors);
        places.removeIf(place -> place.wall().inner());
        List<Opening> windows = take(places, plan.windows());
        for (Wall wall : walls) {
            drawWall(pen, wall, doors, windows);
        }
        doors.forEach(door -> drawDoor(pen, door, random));
        windows.forEach(window -> drawWindow(pen, window));
    }

    private static List<Opening> take(List<Opening> places, int count) {
        if (places.size() < count) {
            throw new IllegalStateException("a layout has %d places for %d openings".formatted(places.size(), count));
        }
        return List.copyOf(places.subList(0, count));
    }

    private static void drawWall(Pen pen, Wall wall, List<Opening> doors, List<Opening> windows) {
        List<Opening> openings = new ArrayList<>(doors);
        openings.addAll(windows);
        openings.removeIf(opening -> !opening.wall().equals(wall));
        openings.sort(Comparator.comparingDouble(Opening::middle));
        double from = wall.from();
        for (Opening opening : openings) {
            pen.heavy(1.25, wall.points(from, opening.middle() - DOOR / 2));
            from = opening.middle() + DOOR / 2;
        }
        pen.heavy(1.25, wall.points(from, wall.to()));
    }

    /** The leaf stands open at a right angle; a quarter circle shows its swing. */
    private static void drawDoor(Pen pen, Opening door, RandomGenerator random) {
        Wall wall = door.wall();
        boolean first = random.nextBoolean();
        double hinge = door.middle() + (first ? -DOOR / 2 : DOOR / 2);
        double side = inwards(wall, random);
        double hingeX = wall.upright() ? wall.at() : hinge;
        double hingeY = wall.upright() ? hinge : wall.at();
        double leafX = wall.upright() ? side : 0;
        double leafY = wall.upright() ? 0 : side;
        pen.line(hingeX, hingeY, hingeX + DOOR * leafX, hingeY + DOOR * leafY);
        double along = first ? 1 : -1;
        double start = Math.toDegrees(Math.atan2(wall.upright() ? along : 0, wall.upright() ? 0 : along));
        double end = Math.toDegrees(Math.atan2(leafY, leafX));
        double extent = Math.IEEEremainder(end - start, 360);
        pen.arc(hingeX, hingeY, DOOR, DOOR, start, extent);
    }

    private static double inwards(Wall wall, RandomGenerator random) {
        if (wall.inner()) {
            return random.nextBoolean() ? 1 : -1;
        }
        return wall.at() < 0 ? 1 : -1;
    }

    private static void drawWindow(Pen pen, Opening window) {
        Wall wall = window.wall();
        for (double side : new double[] {-0.05, 0.05}) {
            Wall pane = new Wall(wall.upright(), wall.at() + side, wall.from(), wall.to(), false);
            pen.line(pane.points(window.middle() - DOOR / 2, window.middle() + DOOR / 2));
        }
    }
}
