#include "modem/pdu/gsm7.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "modem/pdu/hex.h"
#include "modem/pdu/ucs2.h"

static void reads_with(unsigned locking, unsigned single, const char *septets, const char *expected)
{
    uint8_t values[160];
    char text[GSM7_UTF8_ROOM(160)];
    size_t n = strlen(septets) / 2;

    assert_true(hex_read(septets, n, values));
    assert_int_equal(gsm7_to_utf8(values, n, locking, single, text), strlen(expected));
    assert_string_equal(text, expected);
}

/* 23.038 A.3: what septets 0 to 127 but the escape mean, by language; a space where the table has nothing. */
static const char *const locking_tables[GSM7_LANGUAGES] = {
    [0] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑ"
          "Ü§¿abcdefghijklmnopqrstuvwxyzäöñüà",
    [1] = "@£$¥€éùıòÇ\nĞğ\rÅåΔ_ΦΓΛΩΠΨΣΘΞŞşßÉ !\"#¤%&'()*+,-./0123456789:;<=>?İABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑ"
          "Ü§çabcdefghijklmnopqrstuvwxyzäöñüà",
    [2] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑ"
          "Ü§¿abcdefghijklmnopqrstuvwxyzäöñüà",
    [3] = "@£$¥êéúíóç\nÔô\rÁáΔ_ªÇÀ∞^\\€Ó|ÂâÊÉ !\"#º%&'()*+,-./0123456789:;<=>?ÍABCDEFGHIJKLMNOPQRSTUVWXYZÃÕ"
          "ÚÜ§~abcdefghijklmnopqrstuvwxyzãõ`üà",
    [4] = "ঁংঃঅআইঈউঊঋ\nঌ \r এঐ  ওঔকখগঘঙচছজঝঞ !টঠডঢণত)(থদ,ধ.ন0123456789:; পফ?বভমযর ল   শষসহ়ঽািীুূৃৄ  েৈ  োৌ"
          "্ৎabcdefghijklmnopqrstuvwxyzৗড়ঢ়ৰৱ",
    [5] = "ઁંઃઅઆઇઈઉઊઋ\nઌઍ\r એઐઑ ઓઔકખગઘઙચછજઝઞ !ટઠડઢણત)(થદ,ધ.ન0123456789:; પફ?બભમયર લળ વશષસહ઼ઽાિીુૂૃૄૅ ેૈૉ ોૌ"
          "્ૐabcdefghijklmnopqrstuvwxyzૠૡૢૣ૱",
    [6] = "ँंःअआइईउऊऋ\nऌऍ\rऎएऐऑऒओऔकखगघङचछजझञ !टठडढणत)(थद,ध.न0123456789:;ऩपफ?बभमयरऱलळऴवशषसह़ऽािीुूृॄॅॆेैॉॊोौ"
          "्ॐabcdefghijklmnopqrstuvwxyzॲॻॼॾॿ",
    [7] = " ಂಃಅಆಇಈಉಊಋ\nಌ \rಎಏಐ ಒಓಔಕಖಗಘಙಚಛಜಝಞ !ಟಠಡಢಣತ)(ಥದ,ಧ.ನ0123456789:; ಪಫ?ಬಭಮಯರಱಲಳ ವಶಷಸಹ಼ಽಾಿೀುೂೃೄ ೆೇೈ ೊೋೌ"
          "್ೕabcdefghijklmnopqrstuvwxyzೖೠೡೢೣ",
    [8] = " ംഃഅആഇഈഉഊഋ\nഌ \rഎഏഐ ഒഓഔകഖഗഘങചഛജഝഞ !ടഠഡഢണത)(ഥദ,ധ.ന0123456789:; പഫ?ബഭമയരറലളഴവശഷസഹ ഽാിീുൂൃൄ െേൈ ൊോൌ"
          "്ൗabcdefghijklmnopqrstuvwxyzൠൡൢൣ൹",
    [9] = "ଁଂଃଅଆଇଈଉଊଋ\nଌ \r ଏଐ  ଓଔକଖଗଘଙଚଛଜଝଞ !ଟଠଡଢଣତ)(ଥଦ,ଧ.ନ0123456789:; ପଫ?ବଭମଯର ଲଳ ଵଶଷସହ଼ଽାିୀୁୂୃୄ  େୈ  ୋୌ"
          "୍ୖabcdefghijklmnopqrstuvwxyzୗୠୡୢୣ",
    [10] = "ਁਂਃਅਆਇਈਉਊ \n  \r ਏਐ  ਓਔਕਖਗਘਙਚਛਜਝਞ !ਟਠਡਢਣਤ)(ਥਦ,ਧ.ਨ0123456789:; ਪਫ?ਬਭਮਯਰ ਲਲ਼ ਵਸ਼ ਸਹ਼ ਾਿੀੁੂ    ੇੈ  ੋੌ"
           "੍ੑabcdefghijklmnopqrstuvwxyzੰੱੲੳੴ",
    [11] = " ஂஃஅஆஇஈஉஊ \n  \rஎஏஐ ஒஓஔக   ஙச ஜ ஞ !ட   ணத)(  , .ந0123456789:;னப ?  மயரறலளழவஶஷஸஹ  ாிீுூ   ெேை ொோௌ"
           "்ௐabcdefghijklmnopqrstuvwxyzௗ௰௱௲௹",
    [12] = "ఁంఃఅఆఇఈఉఊఋ\nఌ \rఎఏఐ ఒఓఔకఖగఘఙచఛజఝఞ !టఠడఢణత)(థద,ధ.న0123456789:; పఫ?బభమయరఱలళ వశషసహ ఽాిీుూృౄ ెేై ొోౌ"
           "్ౕabcdefghijklmnopqrstuvwxyzౖౠౡౢౣ",
    [13] = "اآبٻڀپڦتۂٿ\nٹٽ\rٺټثجځڄڃڅچڇحخدڌڈډڊ !ڏڍذرڑړ)(ڙز,ږ.ژ0123456789:;ښسش?صضطظعفقکڪګگڳڱلمنںڻڼوۄەہھءیېےٍُِ"
           "ٗٔabcdefghijklmnopqrstuvwxyzّٰٕٖٓ",
};

/* 23.038 6.2.1.1 and A.2: what septets 0 to 127 behind an escape mean; · where the table has nothing. */
static const char *const single_tables[GSM7_LANGUAGES] = {
    [0] = "··········\f·········^···················{}·····\\············[~]·|·····························"
          "·······€··························",
    [1] = "··········\f·········^···················{}·····\\············[~]·|······Ğ·İ·········Ş··········"
          "·····ç·€·ğ·ı·········ş············",
    [2] = "·········ç\f·········^···················{}·····\\············[~]·|Á·······Í·····Ó·····Ú········"
          "···á···€···í·····ó·····ú··········",
    [3] = "·····ê···ç\fÔô·Áá··ΦΓ^ΩΠΨΣΘ·····Ê········{}·····\\············[~]·|À·······Í·····Ó·····Ú·····ÃÕ·"
          "···Â···€···í·····ó·····ú·····ãõ··â",
    [4] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*০১·২৩৪৫৬৭৮৯য়ৠৡৢ{}ৣ৲৳৴৵\\৶৷৸৹৺·······[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
          "········€··························",
    [5] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*।॥·૦૧૨૩૪૫૬૭૮૯··{}·····\\············[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
          "········€··························",
    [6] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*।॥·०१२३४५६७८९॒॑{}॓॔क़ख़ग़\\ज़ड़ढ़फ़य़ॠॡॢॣ॰ॱ·[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
          "········€··························",
    [7] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*।॥·೦೧೨೩೪೫೬೭೮೯ೞೱ{}ೲ····\\············[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
          "········€··························",
    [8] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*।॥·൦൧൨൩൪൫൬൭൮൯൰൱{}൲൳൴൵ൺ\\ൻർൽൾൿ·······[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
          "········€··························",
    [9] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*।॥·୦୧୨୩୪୫୬୭୮୯ଡ଼ଢ଼{}ୟ୰ୱ··\\············[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
          "········€··························",
    [10] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*।॥·੦੧੨੩੪੫੬੭੮੯ਖ਼ਗ਼{}ਜ਼ੜਫ਼ੵ·\\············[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
           "········€··························",
    [11] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*।॥·௦௧௨௩௪௫௬௭௮௯௳௴{}௵௶௷௸௺\\············[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
           "········€··························",
    [12] = "@£$¥¿\"¤%&'\f*+·-/<=>¡^¡_#*···౦౧౨౩౪౫౬౭౮౯ౘౙ{}౸౹౺౻౼\\౽౾౿·········[~]·|ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
           "········€··························",
    [13] = "@£$¥¿\"¤%&'\f*+·-/"
           "<=>¡^¡_#*؀؁·۰۱۲۳۴۵۶۷۸۹،؍{}؎؏ؐؑؒ\\ؓؔ؛؟ـْ٘٫٬ٲٳۍ[~]۔|"
           "ABCDEFGHIJKLMNOPQRSTUVWXYZ··"
           "········€··························",
};

static void every_character_of_every_language_is_that_of_23_038(void **state)
{
    uint8_t septets[128];
    char text[GSM7_UTF8_ROOM(128)];

    (void)state;
    for (int i = 0; i < 128; i++)
        septets[i] = (uint8_t)(i < GSM7_ESCAPE ? i : i + 1);
    for (unsigned language = 0; language < GSM7_LANGUAGES; language++) {
        char *out = text;

        gsm7_to_utf8(septets, 127, language, 0, text);
        assert_string_equal(text, locking_tables[language]);
        for (int i = 0; i < 128; i++)
            out += utf8_put(gsm7_single[language][i] ? gsm7_single[language][i] : 0xB7, out);
        *out = '\0';
        assert_string_equal(text, single_tables[language]);
    }
}

static void an_escape_reaches_the_extension(void **state)
{
    (void)state;
    reads_with(0, 0, "1B0A1B141B281B291B2F1B3C1B3D1B3E1B401B65", "\f^{}\\[~]|€");
}

/* 23.038 6.2.1.1, notes 1 and 3 */
static void an_escape_to_nothing_shows_the_main_character(void **state)
{
    (void)state;
    reads_with(0, 0, "1B41", "A");
    reads_with(3, 0, "1B0B", "Ô");
    reads_with(0, 0, "411B1B42", "A B");
    reads_with(0, 0, "411B", "A");
}

static void each_language_has_its_tables(void **state)
{
    (void)state;
    reads_with(1, 1, "04071B671B49", "€ığİ");
    reads_with(0, 2, "1B091B411B75", "çÁú");
    reads_with(2, 0, "09", "Ç"); /* there is no Spanish locking table */
    reads_with(3, 3, "150B1B171B29", "∞ÔΨ}");
    reads_with(4, 4, "00601B191B1C", "ঁৎ০২");
    reads_with(5, 5, "7F1B1C", "૱૦");
    reads_with(6, 6, "0B7C1B191B32", "\u090c\u097b\u0964\u095d");
    reads_with(7, 7, "241B26", "ಡೞ");
    reads_with(8, 8, "7F1B2E", "\u0d79\u0d7a");
    reads_with(9, 9, "7B1B26", "\u0b57\u0b5c");
    reads_with(10, 10, "7F1B2D", "ੴੵ");
    reads_with(11, 11, "7F1B24", "௹௮");
    reads_with(12, 12, "601B221B23", "ౕ౬౭");
    reads_with(13, 13, "001B3F", "ا۔");
}

static void an_unknown_language_is_read_with_the_default_table(void **state)
{
    (void)state;
    reads_with(14, 255, "091B65", "Ç€");
}

static void septets_come_back_from_any_bit(void **state)
{
    uint8_t septets[160], octets[200], back[161];

    (void)state;
    for (size_t skip = 0; skip < 64; skip++) {
        for (size_t n = 0; n <= 160; n += skip % 7 + 1) {
            for (size_t i = 0; i < n; i++)
                septets[i] = (uint8_t)(i * 37 + skip) & 0x7F;
            memset(octets, 0, sizeof(octets));
            gsm7_pack(septets, n, skip, octets);
            back[n] = 0xEE;
            gsm7_unpack(octets, skip, n, back);
            assert_memory_equal(septets, back, n);
            assert_int_equal(back[n], 0xEE);
            assert_int_equal(octets[gsm7_octets(n, skip)], 0);
        }
    }
}

static void packing_is_that_of_23_038(void **state)
{
    uint8_t octets[9] = { 0 };
    char hex[19];

    (void)state;
    gsm7_pack((const uint8_t *)"hellohello", 10, 0, octets);
    hex_write(octets, 9, hex);
    assert_string_equal(hex, "E8329BFD4697D9EC37");
}

static void every_character_of_the_default_tables_comes_back(void **state)
{
    char text[GSM7_UTF8_ROOM(2)];
    uint8_t back[2], pair[2] = { GSM7_ESCAPE, 0 };

    (void)state;
    for (unsigned i = 0; i < 128; i++) {
        bool is_escape = i == GSM7_ESCAPE;

        pair[1] = (uint8_t)i;
        gsm7_to_utf8(pair + 1, !is_escape, 0, 0, text);
        assert_int_equal(gsm7_from_utf8(text, strlen(text), back), !is_escape);
        assert_true(is_escape || back[0] == i);
        if (gsm7_single[0][i] == 0)
            continue;
        gsm7_to_utf8(pair, 2, 0, 0, text);
        assert_int_equal(gsm7_from_utf8(text, strlen(text), back), 2);
        assert_memory_equal(back, pair, 2);
    }
}

static void what_is_in_neither_table_has_no_width(void **state)
{
    (void)state;
    assert_int_equal(gsm7_width('a'), 1);
    assert_int_equal(gsm7_width('@'), 1);
    assert_int_equal(gsm7_width(0x20AC), 2);
    assert_int_equal(gsm7_width('\f'), 2);
    assert_int_equal(gsm7_width('\t'), 0);
    assert_int_equal(gsm7_width('`'), 0);
    assert_int_equal(gsm7_width(0xE7), 0);
    assert_int_equal(gsm7_width(0x4E2D), 0);
    assert_int_equal(gsm7_width(GSM7_ESCAPE), 0);
    assert_int_equal(gsm7_width(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_of_every_language_is_that_of_23_038),
        cmocka_unit_test(an_escape_reaches_the_extension),
        cmocka_unit_test(an_escape_to_nothing_shows_the_main_character),
        cmocka_unit_test(each_language_has_its_tables),
        cmocka_unit_test(an_unknown_language_is_read_with_the_default_table),
        cmocka_unit_test(septets_come_back_from_any_bit),
        cmocka_unit_test(packing_is_that_of_23_038),
        cmocka_unit_test(every_character_of_the_default_tables_comes_back),
        cmocka_unit_test(what_is_in_neither_table_has_no_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
